"""What may be asked of an app's logs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pvdifyd.errors import RuleError
from pvdifyd.names import check_process_type
from pvdifyd.reading.log_request import LARGEST_NUMBER, LATEST, MOST_LINES, is_cursor
from pvdifyd.reading.server import ReadError
from pvdifyd.worker.engine_face import Position
from pvdifyd.worker.host_reader import is_app_name


@dataclass(frozen=True)
class LogQuestion:
    """Which lines of an app: the last `lines`, or everything later than `after`, of one process, instance or units
    where they are named; since and until in microseconds since the epoch; follow: and what comes from now on."""

    app: str
    lines: int
    follow: bool
    process: str | None
    instance: int | None
    units: int | None
    since: int | None
    until: int | None
    after: Position | None

    def last_lines(self) -> dict[str, Any]:
        """The engine's question for the lines there are."""
        bounds = {"lines": self.lines, "since": self.since, "until": self.until}
        return {**self._whose(), **bounds, "unfinished": not self.follow}

    def later_than(self, position: Position | None) -> dict[str, Any]:
        """The engine's question for what was written after this place."""
        return {**self._whose(), "after": position}

    def picks(self, process: str, instance: int, units: int) -> bool:
        """Whether a line of this instance is asked for."""
        return (
            self.process in (None, process)
            and self.instance in (None, instance)
            and self.units in (None, units)
        )

    @property
    def takes_all(self) -> bool:
        """Whether no instance's lines are left out."""
        return self.process is None and self.instance is None and self.units is None

    def _whose(self) -> dict[str, Any]:
        return {"app": self.app, "process": self.process, "instance": self.instance, "units": self.units}


def checked(request: dict[str, Any], position_of: Callable[[str], Position]) -> LogQuestion:
    """The question; raises ReadError(host_refused) unless every part of it is well-formed: who asks is not trusted
    with a host."""
    match request:
        case {
            "step": "logs",
            "app": str(app),
            "lines": int(lines),
            "follow": bool(follow),
            "process": (str() | None) as process,
            "instance": (int() | None) as instance,
            "units": (int() | None) as units,
            "since": (int() | None) as since,
            "until": (int() | None) as until,
            "after": (str() | None) as after,
            **rest,
        } if not rest:
            numbers = ((lines, MOST_LINES), (instance, LARGEST_NUMBER), (units, LARGEST_NUMBER))
            times = ((since, LATEST), (until, LATEST))
            if (
                is_app_name(app)
                and (process is None or _is_process_type(process))
                and all(_is_number(value, most) for value, most in (*numbers, *times))
                and (after is None or is_cursor(after))
            ):
                place = None if after is None else position_of(after)
                return LogQuestion(app, lines, follow, process, instance, units, since, until, place)
    raise ReadError("host_refused", "That is no question about an app's logs.")


def _is_number(value: Any, most: int) -> bool:
    return value is None or (type(value) is int and 0 <= value <= most)


def _is_process_type(name: str) -> bool:
    try:
        check_process_type(name)
    except RuleError:
        return False
    return True
