"""What a run tells while it goes on, and what it ended with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

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
    """How a run ended. ``changed`` tells whether anything on the host was; ``results`` holds each phase's answer;
    ``first_phase`` is the one the run began with; ``past_first``: it came to another one before it failed;
    ``cancelled``: it was ended because its caller wanted that, and the host is in the middle of something; ``cut_off``
    tells what ended the rescue of a run that had failed already, so that what it had begun is still there."""

    ok: bool
    changed: bool
    failure: Failure | None
    results: dict[str, dict[str, Any]]
    first_phase: str | None = None
    cancelled: bool = False
    cut_off: Failure | None = None
    past_first: bool = False

    @property
    def switched(self) -> bool:
        """Whether requests go to the new release: true too when only what comes after the switch failed."""
        stays = bool(self.results.get("discard", {}).get("stays"))
        return self.ok or stays or (self.failure is not None and self.failure.phase == "retire")

    @property
    def interrupted(self) -> bool:
        """Whether the run was cut off in the middle: Ansible ended without a result, its host was lost after the first
        phase (which may come once more at the end), or its rescue is not done. Neither the new release nor the old can
        be promised until it is run again."""
        if self.failure is None:
            return False
        lost_later = self.past_first or self.failure.phase not in (None, self.first_phase)
        return (
            self.failure.code == "engine_failed"
            or (self.failure.code == "host_unreachable" and lost_later)
            or self.cut_off is not None
        )
