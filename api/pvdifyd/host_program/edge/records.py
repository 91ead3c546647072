"""What becomes of a domain's records: decided from those that are there, then done with one call each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .cloudflare_api import CloudflareApi, Json
from .failures import Forbidden

# What decides where requests for a name go. Other types (MX, TXT) are nobody's business here.
ADDRESSES = ("A", "AAAA", "CNAME")
_FEW = 8
_PER_PAGE = 1000
# The longest comment that every plan of Cloudflare's takes.
_LONGEST_COMMENT = 100


@dataclass(frozen=True)
class Record:
    id: str
    type: str
    name: str
    content: str
    proxied: bool
    comment: str

    @classmethod
    def of(cls, described: Json) -> Record:
        return cls(
            str(described["id"]),
            str(described["type"]),
            str(described["name"]).lower(),
            str(described["content"]),
            bool(described.get("proxied")),
            str(described.get("comment") or ""),
        )

    def leads_to(self, target: str) -> bool:
        return self.type == "CNAME" and self.content.rstrip(".").lower() == target

    def as_json(self) -> Json:
        return {"type": self.type, "content": self.content, "proxied": self.proxied}


@dataclass(frozen=True)
class Decision:
    """``change`` is ``none``, ``adopted``, ``created``, ``updated``, ``refused``, ``deleted`` or ``left``; ``record``
    the one it is about; ``others`` are in its way, and go."""

    change: str
    record: Record | None = None
    others: tuple[Record, ...] = ()


def target_of(tunnel: str) -> str:
    """What a proxied CNAME leads to, so that requests come through the tunnel."""
    return f"{tunnel}.cfargotunnel.com".lower()


def comment_of(app: str, host: str) -> str:
    """What a record of ours says of itself."""
    return f"pvdify {app} on {host}"[:_LONGEST_COMMENT]


def wanted(
    there: Sequence[Record], target: str, *, host: str, force: bool, known: str | None = None
) -> Decision:
    """What has to be done for a domain whose address records are ``there``; ``known`` is the id of the one that it had
    before."""

    def is_ours(record: Record) -> bool:
        return record.id == known or _says_it_is_ours(record, host)

    for record in there:
        if record.leads_to(target):
            kept = "none" if is_ours(record) else "adopted"
            return Decision(kept if record.proxied else "updated", record)
    foreign = [record for record in there if not is_ours(record)]
    if foreign and not force:
        return Decision("refused", foreign[0])
    if not there:
        return Decision("created")
    return Decision("updated", there[0], tuple(there[1:]))


def unwanted(there: Sequence[Record], target: str) -> Decision:
    """What has to be done when the domain shall not lead here any more."""
    for record in there:
        if record.leads_to(target):
            return Decision("deleted", record)
    return Decision("left", there[0]) if there else Decision("none")


def _says_it_is_ours(record: Record, host: str) -> bool:
    """By its comment: of whichever app, since a domain is one app's at a time."""
    app = record.comment[len("pvdify ") :].partition(" ")[0]
    return bool(app) and record.comment == comment_of(app, host)


class Records:
    """The address records of these names of one zone: asked for one by one, or all at once where they are many."""

    def __init__(self, api: CloudflareApi, zone_id: str, names: Sequence[str]) -> None:
        self._api = api
        self._path = f"/zones/{zone_id}/dns_records"
        self._all = len(names) > _FEW
        self._known: dict[str, list[Record]] | None = None
        self._forbidden: Forbidden | None = None

    def of(self, name: str) -> list[Record]:
        """Raises ``Refused`` and ``Trouble``, as all that follow do. Who may not look is told so for each name, and
        asks once."""
        if self._forbidden is not None:
            raise self._forbidden
        try:
            return self._of(name)
        except Forbidden as forbidden:
            self._forbidden = forbidden
            raise

    def _of(self, name: str) -> list[Record]:
        if not self._all:
            return self.now_of(name)
        if self._known is None:
            self._known = {}
            for record in self._addresses(self._api.pages(self._path, _PER_PAGE)):
                self._known.setdefault(record.name, []).append(record)
        return self._known.get(name, [])

    def now_of(self, name: str) -> list[Record]:
        """Asked for anew."""
        found = self._addresses(self._api.get(self._path, name=name) or [])
        return [record for record in found if record.name == name]

    def create(self, name: str, target: str, comment: str) -> Record:
        return Record.of(self._api.send("POST", self._path, _body(name, target, comment)))

    def overwrite(self, record: Record, target: str, comment: str) -> Record:
        """Make another record of it, in one call; one that leads there already keeps its comment."""
        body = _body(record.name, target, record.comment if record.leads_to(target) else comment)
        method = "PATCH" if record.type == "CNAME" else "PUT"
        return Record.of(self._api.send(method, f"{self._path}/{record.id}", body))

    def delete(self, record: Record) -> None:
        self._api.send("DELETE", f"{self._path}/{record.id}", {})

    @staticmethod
    def _addresses(found: Iterable[Json]) -> list[Record]:
        return [Record.of(one) for one in found if one.get("type") in ADDRESSES]


def _body(name: str, target: str, comment: str) -> Json:
    return {"type": "CNAME", "name": name, "content": target, "proxied": True, "ttl": 1, "comment": comment}
