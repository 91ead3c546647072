"""What a run tells while it goes on, and what it ended with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

# A run that reached no further has changed nothing that a later one would have to mend.
_FIRST_PHASES = ("pull", "remove")

PhaseStatus = Literal["started", "ok", "failed"]


@dataclass(frozen=True)
class PhaseEvent:
    """A phase began or ended. ``seconds`` is how long it took, None at its start; ``data`` what a program may want."""

    phase: str
    status: PhaseStatus
    message: str
    seconds: float | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why a run failed: a stable ``code``, a sentence, the phase, and what helps: ``probe``, ``exit_code``, ``logs``,
    ``next_step``."""

    code: str
    message: str
    phase: str | None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a run ended. ``changed`` tells whether anything on the host was; ``results`` holds each phase's answer."""

    ok: bool
    changed: bool
    failure: Failure | None
    results: dict[str, dict[str, Any]]

    @property
    def switched(self) -> bool:
        """Whether requests go to the new release: true too when only what comes after the switch failed."""
        stays = bool(self.results.get("discard", {}).get("stays"))
        return self.ok or stays or (self.failure is not None and self.failure.phase == "retire")

    @property
    def interrupted(self) -> bool:
        """Whether the run was cut off from its host in the middle: neither the new release nor the old can be
        promised until it is run again."""
        if self.failure is None or self.failure.phase in (None, *_FIRST_PHASES):
            return False
        return self.failure.code in ("host_unreachable", "engine_failed")
