"""Domains as people see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pvdify.display.output import print_fields, print_table
from pvdify.display.text import moment, word

Json = dict[str, Any]


def print_domains(domains: Iterable[Json], *, when_empty: str = "No domains.") -> None:
    """Print domains, one to a line, each with why it failed."""
    print_table(
        ("DOMAIN", "STATUS", "EDGE", "ZONE", "REASON"),
        [
            [
                domain.get("domain"),
                domain.get("status"),
                domain.get("edge"),
                domain.get("zone"),
                (domain.get("reason") or {}).get("message"),
            ]
            for domain in domains
        ],
        when_empty=when_empty,
    )


def print_domain(domain: Json) -> None:
    """Print a domain, a field to a line."""
    reason = domain.get("reason") or {}
    fields = [
        ("domain", domain.get("domain")),
        ("app", domain.get("app")),
        ("host", domain.get("host")),
        ("edge", domain.get("edge")),
        ("status", domain.get("status")),
        ("zone", domain.get("zone")),
        ("record", domain.get("record_id")),
        ("forced", domain.get("force")),
        ("added", f"{moment(domain.get('created_at'))} by {word(domain.get('created_by'))}"),
        ("updated", moment(domain.get("updated_at"))),
    ]
    if reason:
        told = f"{word(reason.get('message'))} [{word(reason.get('code'))}]"
        fields += [("reason", told), ("next", reason.get("next_step"))]
    print_fields(fields)
