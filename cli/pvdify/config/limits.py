"""How much config a request may bring: told before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pvdify.errors import UsageError

MOST_VALUE_BYTES = 64 * 1024
MOST_BODY_BYTES = 1024 * 1024
_LIMITS = "A value may have 64 KiB, a request 1 MiB, and all config of an app 1 MiB and 500 keys."


def check(body: Mapping[str, Any]) -> None:
    """Check a change of config as it would be sent.

    Raises:
        UsageError: A value, or all of it, is too large; the error shows no value.
    """
    for key, value in [*body.get("config", {}).items(), *body.get("secrets", {}).items()]:
        size = len((value or "").encode("utf-8"))
        if size > MOST_VALUE_BYTES:
            raise UsageError(
                f"The value of {key} has {size:,} bytes, and {MOST_VALUE_BYTES:,} (64 KiB) are the most.",
                "Nothing is sent. Let the app read something so large from elsewhere.",
            )
    size = len(json.dumps(body, ensure_ascii=False).encode("utf-8"))
    if size > MOST_BODY_BYTES:
        raise UsageError(
            f"The change has {size:,} bytes as JSON, and {MOST_BODY_BYTES:,} (1 MiB) are the most.",
            f"Nothing is sent. {_LIMITS}",
        )
