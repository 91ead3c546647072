"""An engine that reaches no host: it says what a test told it to say, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DIGEST = "sha256:" + "ab" * 32
PHASES = {
    "deploy": ("pull", "stage", "start", "switch", "retire"),
    "remove": ("remove",),
    "host": ("prepare",),
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

    @property
    def switched(self) -> bool:
        return self.ok or (self.failure is not None and self.failure.phase == "retire")

    @property
    def interrupted(self) -> bool:
        failure = self.failure
        return failure is not None and failure.code == "host_unreachable" and failure.phase == "switch"


@dataclass(frozen=True)
class Run:
    playbook: str
    app: str | None
    document: dict[str, Any]


class HostUnreachable(Exception):
    pass


class HostRefused(Exception):
    pass


CRASH = Failure(
    "instance_crashed",
    "web.1 ended with exit code 3.",
    "start",
    {"exit_code": 3, "logs": ["boom"], "next_step": "Run the image by hand."},
)


@dataclass
class FakeEngine:
    """`fail` maps an image to its failure; `gate`, when set, holds every run until it is opened;
    `dies_after` ends a run after a phase as if the worker had been killed."""

    fail: dict[str, Failure] = field(default_factory=dict)
    gate: threading.Event | None = None
    dies_after: str | None = None
    breaks: Exception | None = None
    unreachable: bool = False
    ports_in_use: set[int] = field(default_factory=set)
    runs: list[Run] = field(default_factory=list)
    reads: list[dict[str, Any]] = field(default_factory=list)
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
        failure = self.fail.get(document["apps"][app].get("image", "")) if app else None
        for phase in PHASES[playbook]:
            on_event(PhaseEvent(phase, "started", "", None, {}))
            if failure is not None and failure.phase == phase:
                on_event(PhaseEvent(phase, "failed", failure.message, 0.1, {}))
                return Outcome(False, False, failure, {"pull": {"digest": DIGEST, "container_port": 8080}})
            found = {"digest": DIGEST, "container_port": 8080} if phase == "pull" else {}
            on_event(PhaseEvent(phase, "ok", f"{phase} done", 0.1, found))
            if phase == self.dies_after:
                raise SystemExit
        return Outcome(True, True, None, {"pull": {"digest": DIGEST, "container_port": 8080}})

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
        instance = {
            "process": "web",
            "instance": 1,
            "release": 1,
            "state": "healthy",
            "since": "2026-01-05T10:30:00.000Z",
            "restarts": 0,
            "role": "current",
            "unit": f"pvdify-{request['app']}-web-v1@1.service",
        }
        return {"current": 1, "units": 1, "instances": [instance]}
