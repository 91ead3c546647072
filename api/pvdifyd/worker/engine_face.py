"""What the worker asks of an engine; the package pvdifyd.engine is one, and tests bring their own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
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
    """How a run ended; results: what each phase found out; switched: the new release is the one served; interrupted:
    it was cut off in the middle; cancelled: it was ended because `cancelled` said so; cut_off: what ended its rescue,
    where that was begun and is not done."""

    @property
    def ok(self) -> bool: ...
    @property
    def failure(self) -> Failure | None: ...
    @property
    def switched(self) -> bool: ...
    @property
    def interrupted(self) -> bool: ...
    @property
    def cancelled(self) -> bool: ...
    @property
    def cut_off(self) -> Failure | None: ...
    @property
    def results(self) -> dict[str, dict[str, Any]]: ...


class Position(Protocol):
    """A place in a host's journal; its cursor is journald's name for it, and `of` gives the place of another one."""

    @property
    def cursor(self) -> str: ...
    def of(self, cursor: str, /) -> Position: ...
    def is_after(self, other: Any, /) -> bool: ...


class LogEntry(Protocol):
    """A line that an instance wrote; time in microseconds since the epoch; units: the number its units have."""

    @property
    def position(self) -> Position: ...
    @property
    def time(self) -> int: ...
    @property
    def process(self) -> str: ...
    @property
    def instance(self) -> int: ...
    @property
    def units(self) -> int: ...
    @property
    def message(self) -> str: ...


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

    def journal(
        self,
        host: dict[str, Any],
        question: dict[str, Any],
        *,
        control_directory: Path,
        tick: float,
        patience: float | None = ...,
    ) -> Generator[Sequence[LogEntry], None, None]: ...

    def journal_end(
        self, host: dict[str, Any], *, control_directory: Path, timeout: float
    ) -> Position | None: ...

    def journal_position(self, cursor: str, /) -> Position: ...
