"""The lines that the reader's two ends exchange."""

from __future__ import annotations

import json
from typing import Any

# A line that is longer is not ours.
LINE_LIMIT = 4 * 1024 * 1024

# The request that only asks whether the reader answers.
PING: dict[str, Any] = {"step": "ping"}


def line(value: dict[str, Any]) -> bytes:
    """A JSON object as one line."""
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def parse(data: bytes) -> dict[str, Any]:
    """The JSON object of a line; raises ValueError for anything else."""
    value = json.loads(data)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
