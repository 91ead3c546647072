"""Where lines go: all to standard error, in one form."""

from __future__ import annotations

import logging
import sys
import threading
from typing import Any

from pvdifyd.log.lines import JsonLines, TextLines

TEXT = "text"
JSON = "json"
FORMATS = (TEXT, JSON)

logger = logging.getLogger("pvdifyd")


def configure(form: str) -> None:
    """Write all lines of this process in that form, one of FORMATS; threads that break and warnings too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == JSON else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    # huey tells of each task what the operation's own lines tell better.
    logging.getLogger("huey").setLevel(logging.WARNING)
    threading.excepthook = _thread_broke


def last_words(message: str) -> str:
    """What the process ends with, in the form of its lines: of people's commands the message itself."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, JsonLines):
            return handler.format(logger.makeRecord(logger.name, logging.CRITICAL, "", 0, message, (), None))
    return message


def _thread_broke(broken: Any) -> None:
    if broken.exc_type is SystemExit:
        return
    logger.critical(
        "the thread %s broke",
        broken.thread.name if broken.thread else "?",
        exc_info=(broken.exc_type, broken.exc_value, broken.exc_traceback),
    )
