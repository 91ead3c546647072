"""The question about an app's logs, and its answer: a line, then texts with their sizes before them.

After ``{"answer": {}}`` come ``{"bytes": N}`` and N bytes of whole lines of JSON, one for each of the app's; or
``{"beat": true}``, so that a silent worker is not taken for a dead one; and in the end ``{"end": true}``, without which
something was cut off. A failure is told as everywhere, by ``code`` and ``message``.
"""

from __future__ import annotations

import re
from typing import Any

_CURSOR = re.compile(
    r"s=[0-9a-f]{32};i=[0-9a-f]{1,16};b=[0-9a-f]{32};m=[0-9a-f]{1,16};t=[0-9a-f]{1,16};x=[0-9a-f]{1,16}",
    re.ASCII,
)

# What may be asked for: lines, numbers, and times in microseconds since the epoch.
MOST_LINES = 10_000
LARGEST_NUMBER = 999_999_999
LATEST = 2**53

STEP = "logs"
BEGIN: dict[str, Any] = {"answer": {}}
BEAT = {"beat": True}
END = {"end": True}


def is_cursor(text: str) -> bool:
    """Whether a text has the form of journald's cursors."""
    return _CURSOR.fullmatch(text) is not None


def log_request(
    app: str,
    *,
    lines: int,
    follow: bool,
    process: str | None = None,
    instance: int | None = None,
    units: int | None = None,
    since: int | None = None,
    until: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """Ask for the last `lines` of an app's lines, or for all that are later than the cursor `after`.

    `since` and `until` are in microseconds since the epoch, `units` is the number that a release's units have.
    """
    whose = {"app": app, "process": process, "instance": instance, "units": units}
    bounds = {"lines": lines, "since": since, "until": until, "after": after}
    return {"step": STEP, "follow": follow, **whose, **bounds}
