"""One host's journal, through the engine."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pvdifyd.reading.server import ReadError
from pvdifyd.worker.engine_face import Engine, LogEntry, Position
from pvdifyd.worker.host_reader import variables_of

# Seconds a host has to answer.
PATIENCE = 20.0

Entries = Generator[Sequence[LogEntry], None, None]


@dataclass(frozen=True)
class Journal:
    """The journal of the host of this name; methods raise ReadError(host_unreachable, host_refused)."""

    engine: Engine
    control_directory: Path
    host: str

    def end(self) -> Position | None:
        """Where it ends now; None where it is empty."""
        try:
            return self.engine.journal_end(
                variables_of(self.host), control_directory=self.control_directory, timeout=PATIENCE
            )
        except (self.engine.HostUnreachable, self.engine.HostRefused) as error:
            raise self._error(error) from error

    def read(self, question: dict[str, Any], tick: float) -> Entries:
        """The lines that the engine's question asks for, in lists as they come; an empty one after `tick` seconds of
        silence. A host that has all it needs to answer must do so in time."""
        patience = None if question.get("follow") else PATIENCE
        found = self.engine.journal(
            variables_of(self.host),
            question,
            control_directory=self.control_directory,
            tick=tick,
            patience=patience,
        )
        try:
            with closing(found) as batches:
                yield from batches
        except (self.engine.HostUnreachable, self.engine.HostRefused) as error:
            raise self._error(error) from error

    def _error(self, error: Exception) -> ReadError:
        if isinstance(error, self.engine.HostUnreachable):
            return ReadError("host_unreachable", f"The host {self.host} can't be read: {error}")
        return ReadError("host_refused", f"The host {self.host} can't show its logs: {error}")
