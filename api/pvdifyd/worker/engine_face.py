"""What the worker asks of an engine; the package pvdifyd.engine is one, and tests bring their own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol


class PhaseEvent(Protocol):
    """A phase's news: status is started, ok or failed; seconds is its length when it has ended."""

    @property
    def phase(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def seconds(self) -> float | None: ...
    @property
    def data(self) -> dict[str, Any]: ...


class Failure(Protocol):
    """Why a run failed; details may hold probe, exit_code, logs and next_step."""

    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def phase(self) -> str | None: ...
    @property
    def details(self) -> dict[str, Any]: ...


class Outcome(Protocol):
    """How a run ended; results: what each phase found out; switched: the new release is the one served."""

    @property
    def ok(self) -> bool: ...
    @property
    def failure(self) -> Failure | None: ...
    @property
    def switched(self) -> bool: ...
    @property
    def interrupted(self) -> bool: ...
    @property
    def results(self) -> dict[str, dict[str, Any]]: ...


class Engine(Protocol):
    """Runs playbooks and reads hosts."""

    @property
    def HostUnreachable(self) -> type[Exception]: ...  # noqa: N802 - a class of the engine

    @property
    def HostRefused(self) -> type[Exception]: ...  # noqa: N802 - a class of the engine

    def kept_warm(self, control_directory: Path, /) -> AbstractContextManager[object]: ...

    def close_connections(self, control_directory: Path, /) -> None: ...

    def run(
        self,
        playbook: str,
        document: dict[str, Any],
        *,
        app: str | None,
        control_directory: Path,
        on_event: Callable[[Any], None],
        cancelled: Callable[[], bool] = ...,
        check: bool = ...,
    ) -> Outcome: ...

    def read(
        self, host: dict[str, Any], request: dict[str, Any], *, control_directory: Path, timeout: float
    ) -> dict[str, Any]: ...
