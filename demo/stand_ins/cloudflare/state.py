"""What the stand-in holds: one account's zones, records and tunnels, and the token that opens it.

Kept in a file where one is given, so that a demo that was stopped finds its records again.
"""

import json
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]
# A connector that was not heard of for so many seconds is gone.
ALIVE_SECONDS = 3.0
KEPT = ("account_id", "token", "zones", "records", "tunnels")


class Connections:
    """Which connectors are there now: by tunnel, when each was heard of last, and what it said of itself."""

    def __init__(self) -> None:
        self._heard: dict[str, dict[str, tuple[float, Row]]] = {}

    def heard(self, tunnel_id: str, said: Row) -> None:
        self._heard.setdefault(tunnel_id, {})[str(said["client_id"])] = (time.monotonic(), said)

    def of(self, tunnel_id: str) -> list[Row]:
        fresh = time.monotonic() - ALIVE_SECONDS
        return [said for heard, said in self._heard.get(tunnel_id, {}).values() if heard > fresh]


@dataclass
class State:
    """Rows by their ids.

    zones: id, name, status, ssl (the TLS mode). records: as the API shows them, and zone_id. tunnels: id, name, secret,
    config_src (local or cloudflare), config, version, deleted_at. connections: who is there now; not kept.
    """

    account_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    token: str = ""
    zones: dict[str, Row] = field(default_factory=dict)
    records: dict[str, Row] = field(default_factory=dict)
    tunnels: dict[str, Row] = field(default_factory=dict)
    connections: Connections = field(default_factory=Connections, compare=False)

    def add_zone(self, name: str, status: str = "active", ssl: str = "full") -> Row:
        return self._add(self.zones, {"name": name, "status": status, "ssl": ssl, "created_on": now()})

    def add_record(self, zone: Row, written: Row) -> Row:
        """written: what the API's caller gave."""
        given = {"proxied": False, "ttl": 1, "comment": None, "tags": [], **written}
        row = {**given, "zone_id": zone["id"], "created_on": now(), "modified_on": now()}
        row["name"] = full_name(row["name"], zone["name"])
        return self._add(self.records, row)

    def add_tunnel(self, name: str, secret: str, config_src: str = "local", identity: str = "") -> Row:
        row: Row = {"name": name, "secret": secret, "config_src": config_src, "config": None, "version": 0}
        row.update(created_at=now(), deleted_at=None)
        return self._add(self.tunnels, row, identity or str(uuid.uuid4()))

    def zone_of(self, name: str) -> Row | None:
        """The zone that a name is in: the longest there is."""
        zones = [zone for zone in self.zones.values() if f".{name}".endswith(f".{zone['name']}")]
        return max(zones, key=lambda zone: len(zone["name"]), default=None)

    @staticmethod
    def _add(rows: dict[str, Row], row: Row, identity: str = "") -> Row:
        row["id"] = identity or uuid.uuid4().hex
        rows[row["id"]] = row
        return row


def read(path: Path | None) -> State:
    """The state in that file, a new one where there is none."""
    if path is None or not path.exists():
        return State()
    return State(**json.loads(path.read_text()))


def write(state: State, path: Path | None) -> None:
    """Keeps the state, all of it or nothing."""
    if path is None:
        return
    unfinished = path.with_name(path.name + ".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps({name: getattr(state, name) for name in KEPT}, indent=1))
    unfinished.rename(path)


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def full_name(name: str, zone: str) -> str:
    """A record's whole name: what is not in the zone already is taken as in front of it."""
    name = name.lower().rstrip(".")
    if name in ("", "@"):
        return zone
    return name if f".{name}".endswith(f".{zone}") else f"{name}.{zone}"
