"""An engine that reaches no host: it says what a test told it to say, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pvdifyd.engine import journal_position
from pvdifyd.engine.journal import Entry, Position
from tests.api import fake_edge
from tests.api.fake_edge import FakeEdge
from tests.api.fake_journal import FakeJournal, HostUnreachable
from tests.api.fake_key import FakeKey

DIGEST = "sha256:" + "ab" * 32
PHASES = {
    "deploy": ("pull", "stage", "start", "switch", "retire"),
    "discard": ("discard",),
    "scale": ("stage", "start", "switch", "retire"),
    "restart": ("stage", "restart"),
    "resources": ("stage", "restart"),
    "remove": ("remove",),
    "host": ("prepare",),
    "rotate": ("reencrypt",),
    "forget": ("forget",),
    **fake_edge.PHASES,
}


@dataclass(frozen=True)
class PhaseEvent:
    phase: str
    status: str
    message: str
    seconds: float | None
    data: dict[str, Any]


@dataclass(frozen=True)
class Failure:
    code: str
    message: str
    phase: str | None
    details: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    ok: bool
    changed: bool
    failure: Failure | None
    results: dict[str, dict[str, Any]]
    first_phase: str | None = None
    cancelled: bool = False
    cut_off: Failure | None = None

    @property
    def switched(self) -> bool:
        return self.ok or (self.failure is not None and self.failure.phase == "retire")

    @property
    def interrupted(self) -> bool:
        failure = self.failure
        if failure is None:
            return False
        lost_later = failure.code == "host_unreachable" and failure.phase != self.first_phase
        return failure.code == "engine_failed" or lost_later or self.cut_off is not None


@dataclass(frozen=True)
class Run:
    playbook: str
    app: str | None
    document: dict[str, Any]


class HostRefused(Exception):
    pass


_OPEN = threading.Event()
_OPEN.set()

CRASH = Failure(
    "instance_crashed",
    "web.1 ended with exit code 3.",
    "start",
    {"exit_code": 3, "logs": ["boom"], "next_step": "Run the image by hand."},
)


@dataclass
class FakeEngine:
    """`digests` maps an image to what its tag stands for, `fail` to its failure, `fail_playbook` a playbook to those of
    its next runs, `cut_off` what ends the rescue of the next that fail; `gate`, when set, holds every run until it is
    opened; `held` does so at the start of a phase, until the run is cancelled; `stays`: what is to be discarded
    serves already; `dies_after` ends a run after a phase as if the worker had been killed."""

    digests: dict[str, str] = field(default_factory=dict)
    fail: dict[str, Failure] = field(default_factory=dict)
    fail_playbook: dict[str, list[Failure]] = field(default_factory=dict)
    cut_off: list[Failure] = field(default_factory=list)
    gate: threading.Event | None = None
    held: dict[str, threading.Event] = field(default_factory=dict)
    stays: bool = False
    dies_after: str | None = None
    breaks: Exception | None = None
    unreachable: bool = False
    ports_in_use: set[int] = field(default_factory=set)
    capacity: dict[str, int] = field(default_factory=lambda: {"memory": 8 * 1024**3, "cpus": 4})
    runs: list[Run] = field(default_factory=list)
    reads: list[dict[str, Any]] = field(default_factory=list)
    logs: FakeJournal = field(default_factory=FakeJournal)
    key: FakeKey = field(default_factory=FakeKey)
    edge: FakeEdge = field(default_factory=FakeEdge)
    HostUnreachable: type[Exception] = HostUnreachable
    HostRefused: type[Exception] = HostRefused

    def kept_warm(self, control_directory: Path) -> AbstractContextManager[None]:
        return nullcontext()

    def close_connections(self, control_directory: Path) -> None:
        control_directory.rmdir()

    def run(
        self,
        playbook: str,
        document: dict[str, Any],
        *,
        app: str | None,
        control_directory: Path,
        on_event: Callable[[PhaseEvent], None],
        cancelled: Callable[[], bool] = lambda: False,
        check: bool = False,
    ) -> Outcome:
        self.runs.append(Run(playbook, app, document))
        if self.gate is not None:
            assert self.gate.wait(30), "the test never opened the gate"
        if self.breaks is not None:
            raise self.breaks
        image = document["apps"][app].get("image", "") if app else None
        failure = self._failure(playbook, image)
        phases = PHASES[playbook]
        results: dict[str, dict[str, Any]] = {"pull": self._pulled(document["apps"].get(app, {}))}
        if playbook == "discard":
            results = {"discard": {"stays": self.stays}}
        for phase in phases:
            on_event(PhaseEvent(phase, "started", "", None, {}))
            if self._cancelled_at(phase, cancelled):
                ended = Failure("cancelled", "The run was cancelled.", phase, {})
                return Outcome(False, True, ended, results, phases[0], cancelled=True)
            if failure is not None and failure.phase == phase:
                on_event(PhaseEvent(phase, "failed", failure.message, 0.1, {}))
                cut_off = self.cut_off.pop(0) if self.cut_off else None
                return Outcome(False, False, failure, results, phases[0], cut_off=cut_off)
            results.update(self._rotated(phase, document))
            if playbook in fake_edge.PHASES:
                results.update(self.edge.results(phase, document, results))
            on_event(PhaseEvent(phase, "ok", f"{phase} done", 0.1, results.get(phase, {})))
            if phase == self.dies_after:
                raise SystemExit
        return Outcome(True, True, None, results, phases[0])

    def _pulled(self, release: dict[str, Any]) -> dict[str, Any]:
        resolved = self.digests.get(release.get("image", ""), DIGEST)
        return {"digest": release.get("digest") or resolved, "container_port": 8080}

    def _rotated(self, phase: str, document: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """What the host's key makes of the rotation in the document, in the phases that are its."""
        if phase == "reencrypt":
            return {phase: self.key.reencrypt(document["rotation"]["documents"])}
        if phase == "forget":
            self.key.forget(document["rotation"]["recipient"])
        return {}

    def _failure(self, playbook: str, image: str | None) -> Failure | None:
        waiting = self.fail_playbook.get(playbook)
        if waiting:
            return waiting.pop(0)
        return self.fail.get(image) if image is not None else None

    def _cancelled_at(self, phase: str, cancelled: Callable[[], bool]) -> bool:
        """Whether the run was cancelled in this phase, which lasts until the test goes on, if it holds it."""
        gate = self.held.get(phase, _OPEN)
        for _ in range(1500):
            if cancelled():
                return True
            if gate.wait(0.02):
                return False
        raise AssertionError("the test never opened the gate")

    def read(
        self, host: dict[str, Any], request: dict[str, Any], *, control_directory: Path, timeout: float
    ) -> dict[str, Any]:
        self.reads.append(request)
        if self.unreachable:
            raise HostUnreachable("connection refused")
        if request["step"] == "free_port":
            taken = self.ports_in_use | set(request["exclude"])
            ports = range(request["start"], request["end"] + 1)
            return {"port": next((port for port in ports if port not in taken), None)}
        if request["step"] == "capacity":
            return dict(self.capacity)
        if request["step"] == "tunnel":
            return {"ready": True, "connections": 4, "in_force": True, "version": "2026.8.2"}
        instance = {
            "process": "web",
            "instance": 1,
            "release": 1,
            "state": "healthy",
            "since": "2026-01-05T10:30:00.000Z",
            "restarts": 0,
            "role": "current",
            "unit": f"pvdify-{request['app']}-web-v1@1.service",
            "memory": 12582912,
            "cpu": 1.5,
            "reason": None,
        }
        return {"current": 1, "units": 1, "instances": [instance]}

    def journal(
        self,
        host: dict[str, Any],
        question: dict[str, Any],
        *,
        control_directory: Path,
        tick: float,
        patience: float | None = None,
    ) -> Generator[list[Entry], None, None]:
        yield from self.logs.read(question, tick)

    def journal_end(self, host: dict[str, Any], *, control_directory: Path, timeout: float) -> Any:
        return self.logs.end()

    def journal_position(self, cursor: str) -> Position:
        return journal_position(cursor)
