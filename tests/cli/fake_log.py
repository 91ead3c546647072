"""The fake server's journal: what apps wrote, in the API's shape."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

NOW = "2026-01-05T10:30:00Z"


class Log:
    """Entries in the order they were written; an entry's cursor is `s=1;i=` and its number, from 1."""

    def __init__(self) -> None:
        self.entries: list[Json] = []

    def write(self, message: str, process: str = "web", instance: int = 1, release: int = 2) -> None:
        """Add a line."""
        number = len(self.entries) + 1
        self.entries.append(
            {
                "cursor": f"s=1;i={number}",
                "at": f"2026-01-05T10:30:{number // 1_000_000:02}.{number % 1_000_000:06}Z",
                "process": process,
                "instance": instance,
                "release": release,
                "message": message,
            }
        )

    def last(self, query: dict[str, str]) -> list[Json]:
        """Give the last `lines` entries that the query asks for."""
        found = [entry for entry in self.entries if wanted(entry, query)]
        lines = int(query.get("lines", "100"))
        return found[-lines:] if lines else []

    def next_after(self, cursor: str | None, query: dict[str, str]) -> int:
        """Give the index of the entry that a stream begins with."""
        if cursor:
            return int(cursor.rpartition("=")[2])
        last = self.last(query)
        return self.entries.index(last[0]) if last else len(self.entries)


def wanted(entry: Json, query: dict[str, str]) -> bool:
    """Tell whether a query asks for an entry."""
    since = query.get("since", "")
    return entry["at"] >= since and all(
        str(entry[name]) == query[name] for name in ("process", "instance", "release") if name in query
    )
