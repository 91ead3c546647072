"""How many instances of each process type run: pure arithmetic, and what the rows say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pvdifyd.models import App, Release

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Formation:
    """counts: what each type has while it is not stopped; stopped: the types that an operator has stopped."""

    counts: Counts
    stopped: frozenset[str] = frozenset()

    def effective(self, process: str) -> int:
        """How many instances of the type run."""
        return 0 if process in self.stopped else self.counts[process]

    @property
    def stopped_counts(self) -> dict[str, int]:
        """What each stopped type has when it is started again."""
        return {process: count for process, count in self.counts.items() if process in self.stopped}

    @property
    def is_stopped(self) -> bool:
        """Whether nothing runs because it was stopped."""
        with_a_count = {process for process, count in self.counts.items() if count}
        return bool(with_a_count) and with_a_count <= self.stopped

    def scaled(self, counts: Counts) -> Formation:
        """With these counts, where the type is known; a stopped type that is scaled runs again."""
        known = {process: count for process, count in counts.items() if process in self.counts}
        return Formation({**self.counts, **known}, self.stopped - known.keys())

    def stopping(self, process: str | None) -> Formation:
        """With this type stopped, or all of them."""
        chosen = self.counts.keys() if process is None else self.counts.keys() & {process}
        return replace(self, stopped=self.stopped | chosen)

    def starting(self, process: str | None) -> Formation:
        """With this type running again, or all of them."""
        return replace(self, stopped=frozenset() if process is None else self.stopped - {process})


def stored(app: App, release: Release) -> Formation:
    """What the rows say runs of the release that serves; apps deployed before formations were kept have the
    release's own counts."""
    kept = app.formation or {}
    counts = {name: kept.get(name, process["count"]) for name, process in release.processes.items()}
    return Formation(counts, frozenset(app.stopped) & counts.keys())


def of_release(app: App, release: Release) -> Formation:
    """What a deploy or a rollback brings: the slot's counts for the release's types, and nothing stopped. A type that
    the slot has lost keeps the release's own count."""
    slot = app.processes
    return Formation({name: slot.get(name, process)["count"] for name, process in release.processes.items()})
