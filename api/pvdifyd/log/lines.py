"""The two forms of a line: readable text, and one JSON object.

A record may bring fields of its own (`extra={"told": {…}}`): of JSON they are fields, while a text's message says them.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from pvdifyd import clock, tokens
from pvdifyd.log import context, faults


class TextLines(logging.Formatter):
    """2026-01-05T10:30:00.123Z INFO pvdifyd.http: GET /api/v1/apps 200 3 ms [request=5f3a operation=7]"""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback follows it in lines of its own."""
        about = " ".join(f"{name}={value}" for name, value in _about(record).items())
        line = f"{_time(record)} {record.levelname} {record.name}: {record.getMessage()}"
        parts = [f"{line} [{about}]" if about else line, *_fault(record)]
        return tokens.masked("\n".join(parts))


class JsonLines(logging.Formatter):
    """{"time": "2026-01-05T10:30:00.123Z", "level": "info", "logger": "pvdifyd.http", "message": "…", "request": …}"""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object without a line break."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_about(record),
            **getattr(record, "told", {}),
        }
        for text in _fault(record):
            line["exception"] = text
        return tokens.masked(json.dumps(line, default=str))


def _about(record: logging.LogRecord) -> dict[str, Any]:
    told = getattr(record, "told", {})
    return {**context.fields(), **{name: told[name] for name in ("request", "operation") if name in told}}


def _time(record: logging.LogRecord) -> str:
    return clock.written(datetime.fromtimestamp(record.created, UTC))


def _fault(record: logging.LogRecord) -> list[str]:
    kind, value, trace = record.exc_info or (None, None, None)
    return [faults.text_of((kind, value, trace))] if kind is not None and value is not None else []
