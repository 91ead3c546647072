"""From Ansible's events to ours: a small state machine, fed one event at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .outcome import Failure, Outcome, PhaseEvent

# What a step of the rescue fails with where it may be half done: its host, or the step itself, was lost.
_LOST = ("host_unreachable", "host_going_down", "step_killed")

_NOT_DATA = {"failed", "changed", "msg", "phase", "diff", "seconds", "code", "details"}


class Progress:
    """Follows a run. A phase is what stands before the bar in a task's name: ``start | Have every instance healthy``.

    The first failure is the reason; what the rescue does after it is told, and changes nothing about it. Whether the
    rescue came to its end is remembered: Ansible's last event is there after a failure too.
    """

    def __init__(self, on_event: Callable[[PhaseEvent], None]) -> None:
        self._on_event = on_event
        self._first_phase: str | None = None
        self._past_first = False
        self._phase: str | None = None
        self._began: datetime | None = None
        self._messages: list[str] = []
        self._phase_failed = False
        self._has_ended = False
        self._lost: Failure | None = None
        self.changed = False
        self.failure: Failure | None = None
        self.results: dict[str, dict[str, Any]] = {}

    def take(self, event: dict[str, Any]) -> None:
        """Take one of ansible-runner's events."""
        kind, data, at = event.get("event"), event.get("event_data") or {}, _time(event)
        if kind == "playbook_on_task_start":
            self._task_starts(str(data.get("task", "")), at)
        elif kind == "runner_on_ok":
            self._task_ok(data.get("res") or {})
        elif kind == "runner_on_failed" and not data.get("ignore_errors"):
            self._task_failed(data.get("res") or {}, at)
        elif kind == "runner_on_unreachable":
            self._unreachable(str(data.get("host", "")), data.get("res") or {}, at)
        elif kind == "playbook_on_stats":
            self._has_ended = True
            self._end_phase(at)

    def outcome(self, *, ended_well: bool, last_words: str, cancelled: bool = False) -> Outcome:
        """How it ended, ``ended_well`` being what ansible-playbook's exit status says."""
        failure, cut_off = self.failure, self._lost
        if cancelled:
            failure, cut_off = failure or Failure("cancelled", "The run was cancelled.", self._phase), None
        elif failure is None and not ended_well:
            message = f"The playbook ended without a result: {last_words or 'it was killed'}"
            failure = Failure("engine_failed", message, self._phase)
        elif not ended_well and not self._has_ended:
            cut_off = Failure("engine_failed", "The playbook was cut off after it had failed.", self._phase)
        return Outcome(
            failure is None,
            self.changed,
            failure,
            self.results,
            self._first_phase,
            cancelled,
            cut_off,
            self._past_first,
        )

    def _task_starts(self, task: str, at: datetime | None) -> None:
        phase, bar, _ = task.partition(" | ")
        if not bar or phase == self._phase:
            return
        self._end_phase(at)
        self._first_phase = self._first_phase or phase
        if self.failure is None and phase != self._first_phase:
            self._past_first = True
        self._phase, self._began, self._messages, self._phase_failed = phase, at, [], False
        self._on_event(PhaseEvent(phase, "started", phase))

    def _task_ok(self, result: dict[str, Any]) -> None:
        self.changed = self.changed or bool(result.get("changed"))
        if self._keep(result):
            self._messages.append(str(result.get("msg", "")))

    def _keep(self, result: dict[str, Any]) -> bool:
        """Keep what a step of ours found out, also where it failed; False where it is none of ours."""
        if self._phase is None or result.get("phase") is None:
            return False
        kept = {
            key: value for key, value in result.items() if key not in _NOT_DATA and not key.startswith("_")
        }
        self.results.setdefault(self._phase, {}).update(kept)
        return True

    def _task_failed(self, result: dict[str, Any], at: datetime | None) -> None:
        if self.failure is not None and "phase" not in result:
            return  # the rescue ends with the reason it was called for
        message = str(result.get("msg") or result.get("stderr") or result.get("censored") or "a task failed")
        details = dict(result.get("details") or {})
        self._keep(result)
        self._fail(Failure(str(result.get("code") or "task_failed"), message, self._phase, details), at)

    def _unreachable(self, host: str, result: dict[str, Any], at: datetime | None) -> None:
        message = f"Host {host!r} can't be reached: {_last_line(str(result.get('msg', '')))}"
        details = {
            "next_step": "Check that the host is up, and that pvdifyd's ssh key and known host key still fit."
        }
        self._fail(Failure("host_unreachable", message, self._phase, details), at)

    def _fail(self, failure: Failure, at: datetime | None) -> None:
        if self.failure is None:
            self.failure = failure
        # Where it was the host that was lost, the rescue finds it lost as well, and that tells nothing new.
        elif failure.code in _LOST and self.failure.code != "host_unreachable":
            self._lost = failure
        if self._phase is not None and not self._phase_failed:
            self._phase_failed = True
            seconds = self._seconds(at)
            self._on_event(PhaseEvent(self._phase, "failed", failure.message, seconds, failure.details))

    def _end_phase(self, at: datetime | None) -> None:
        if self._phase is not None and not self._phase_failed:
            data = self.results.get(self._phase, {})
            self._on_event(
                PhaseEvent(
                    self._phase, "ok", "; ".join(self._messages) or self._phase, self._seconds(at), data
                )
            )
        self._phase = None

    def _seconds(self, at: datetime | None) -> float | None:
        return round((at - self._began).total_seconds(), 3) if at and self._began else None


def _time(event: dict[str, Any]) -> datetime | None:
    created = event.get("created")
    return datetime.fromisoformat(created) if isinstance(created, str) else None


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else "no answer"
