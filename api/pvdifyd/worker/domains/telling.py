"""What a person should know of a run that brought domains, as notes of its operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pvdifyd.errors import listed
from pvdifyd.models import Operation
from pvdifyd.operations import events
from pvdifyd.worker.domains.verdicts import Verdicts
from pvdifyd.worker.engine_face import Outcome


def tell(operation: Operation, found: Verdicts, outcome: Outcome) -> None:
    """Write the notes. In a transaction."""
    for message in notes(outcome.results.get("dns", {})):
        events.note(operation, message)
    failed = [one for one in found.each if one.reason is not None]
    if failed and found.reason is None:
        names = listed([one.row.name for one in failed])
        events.note(operation, f"Failed, each with a reason of its own (`pvdify domains`): {names}.")


def notes(dns: Mapping[str, Any]) -> Iterator[str]:
    """The notes on what a host's phase dns told."""
    for zone, told in dns.get("zones", {}).items():
        if told.get("changed"):
            yield f"The TLS mode of {zone} is Full (strict) now; it was not before."
        elif told.get("note"):
            yield told["note"]
    domains = dns.get("domains", {})
    left = {name: told for name, told in domains.items() if told.get("change") == "left"}
    elsewhere = [_record(name, told["record"]) for name, told in left.items() if told.get("record")]
    if elsewhere:
        yield f"Left as they are, since they do not lead to the tunnel: {listed(elsewhere)}."
    unseen = [name for name, told in left.items() if not told.get("record")]
    if unseen:
        yield (
            f"The token sees no zone of these, so that no record of theirs was looked for: {listed(unseen)}. One "
            "that is there still has to be removed at Cloudflare."
        )
    adopted = [name for name, told in domains.items() if told.get("change") == "adopted"]
    if adopted:
        yield f"There already, and taken over: the records of {listed(adopted)}."


def _record(name: str, record: Mapping[str, Any]) -> str:
    return f"{name} ({record['type']} {record['content']})"
