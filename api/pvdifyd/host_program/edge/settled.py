"""How it ended for a domain, and the account in which its records are settled."""

from __future__ import annotations

from dataclasses import dataclass

from ..changes import Changes
from .cloudflare_api import CloudflareApi, Json
from .reasons import Reason
from .records import Record
from .zones import Zone

ACTIVE, FAILED, GONE = "active", "failed", "gone"


@dataclass(frozen=True)
class Settled:
    """How it ended for one domain."""

    state: str
    change: str = "none"
    zone: Zone | None = None
    record: Record | None = None
    reason: Reason | None = None
    note: str | None = None

    def as_json(self) -> Json:
        return {
            "state": self.state,
            "zone_id": self.zone.id if self.zone else None,
            "zone": self.zone.name if self.zone else None,
            # One that stands in the way, or was left, is somebody else's.
            "record_id": self.record.id if self.record and self.state == ACTIVE else None,
            "record": self.record.as_json() if self.record else None,
            "change": self.change,
            "reason": self.reason.as_json() if self.reason else None,
            "note": self.note,
        }


@dataclass
class Account:
    """Where records are settled, what they lead to, and whose they are. ``trouble`` is what made further calls
    pointless, None as long as they are not."""

    api: CloudflareApi
    id: str
    target: str
    host: str
    changes: Changes
    trouble: Reason | None = None
