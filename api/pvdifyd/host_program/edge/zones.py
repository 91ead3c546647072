"""Which of the account's zones a domain is in, with as few calls as that takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .cloudflare_api import CloudflareApi, Json

# More names than that to ask for one by one, and the account's zones are listed instead.
_FEW = 8
_PER_PAGE = 50


@dataclass(frozen=True)
class Zone:
    """``status`` is Cloudflare's word; only an ``active`` zone answers the world's questions."""

    id: str
    name: str
    status: str

    @classmethod
    def of(cls, described: Json) -> Zone:
        return cls(
            str(described["id"]), str(described["name"]).lower(), str(described.get("status") or "active")
        )


def candidates(domain: str) -> list[str]:
    """The names that the zone of a domain can have, the longest first."""
    labels = domain.split(".")
    if labels[0] == "*":
        labels = labels[1:]
    return [".".join(labels[number:]) for number in range(max(1, len(labels) - 1))]


class Zones:
    """The zones that these domains may be in; each question is asked once."""

    def __init__(self, api: CloudflareApi, account: str, domains: Sequence[str]) -> None:
        self._api = api
        self._account = account
        self._known: dict[str, Zone | None] = {}
        self._all = len({name for domain in domains for name in candidates(domain)}) > _FEW
        self._listed = False

    def of(self, domain: str) -> Zone | None:
        """The zone with the longest name that the domain ends in, or None. Raises ``Refused`` and ``Trouble``."""
        return next((zone for name in candidates(domain) if (zone := self._named(name)) is not None), None)

    def _named(self, name: str) -> Zone | None:
        if self._all:
            if not self._listed:
                found = self._api.pages("/zones", _PER_PAGE, **{"account.id": self._account})
                self._known = {zone.name: zone for zone in map(Zone.of, found)}
                self._listed = True
            return self._known.get(name)
        if name not in self._known:
            found = self._api.get("/zones", **{"name": name, "account.id": self._account})
            self._known[name] = next((zone for zone in map(Zone.of, found or []) if zone.name == name), None)
        return self._known[name]
