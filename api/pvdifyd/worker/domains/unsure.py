"""Records that may have been made though nobody told so: a call whose answer was lost, or a host that was, on its way.

Until somebody has looked, such a domain counts as one with a record: it is removed at Cloudflare, and holds the edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pvdifyd.models import Domain, Operation
from pvdifyd.models.domain import FAILED
from pvdifyd.operations import events
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.worker.engine_face import Outcome

# Reasons of one domain after which nobody knows what the last call has done.
_LEFT_OPEN = ("cloudflare_silent", "cloudflare_error", "cloudflare_rate_limited")


def keep(operation: Operation, about: Touched, outcome: Outcome | None) -> None:
    """Keep of each wanted domain whether it is so. In a transaction."""
    told = outcome.results.get("dns", {}).get("domains", {}) if outcome is not None else {}
    # Records are made once the routes are in force, in this attempt or an earlier one.
    begun = "ingress" in events.phases(operation, "ok")
    for row in about.wanted:
        unsure = _unsure(row, told.get(row.name), begun=begun)
        if unsure != row.record_unsure:
            Domain.update(record_unsure=unsure).where(Domain.id == row.id).execute()


def _unsure(row: Domain, told: Mapping[str, Any] | None, *, begun: bool) -> bool:
    if told is None:
        return begun or bool(row.record_unsure)
    if told.get("state") != FAILED:
        return False
    if (told.get("reason") or {}).get("code") in _LEFT_OPEN:
        return True
    # One that stands in its way was found in its place.
    return bool(row.record_unsure) and not told.get("record")
