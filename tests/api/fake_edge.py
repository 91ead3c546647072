"""What a host and Cloudflare make of domains, by what a test told them to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

PHASES = {"domains": ("ingress", "dns"), "edge": ("edge", "dns", "ingress", "dns")}

EXISTS = {
    "code": "record_exists",
    "message": "There is a record of somebody else's: A 192.0.2.7.",
    "next_step": "Add it with --force.",
}


@dataclass
class FakeEdge:
    """`refuses` maps a domain to why it fails; `tells` to what else is told of it; `zones` is what is told of those."""

    refuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    tells: dict[str, dict[str, Any]] = field(default_factory=dict)
    zones: dict[str, dict[str, Any]] = field(default_factory=dict)

    def results(
        self, phase: str, document: dict[str, Any], before: dict[str, dict[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        """What the phase finds out of the one host of the document, after what was found `before`."""
        (edge,) = document["edges"].values()
        if phase == "edge":
            return {}
        if phase == "dns" and "ingress" not in before:
            return {phase: {"domains": {}, "zones": {}, "calls": 1}}
        if phase == "ingress":
            return {phase: {"routes": len(edge["routes"])}}
        return {phase: {"domains": dict(self._domains(edge)), "zones": self.zones, "calls": 1}}

    def _domains(self, edge: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for state, rows in (("active", edge["wanted"]), ("gone", edge["unwanted"])):
            for name in (row["domain"] for row in rows):
                reason = self.refuses.get(name)
                known = (
                    {}
                    if state == "gone"
                    else {"zone_id": "z1", "zone": "example.com", "record_id": f"r-{name}"}
                )
                told = {"state": "failed" if reason else state, "reason": reason, "change": "created"}
                yield name, {**(known if reason is None else {}), **told, **self.tells.get(name, {})}
