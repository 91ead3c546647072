"""What pvdify keeps in a file of JSON on the host, read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from .answers import StepFailed
from .changes import read_or_none

Kept = TypeVar("Kept")


def read(path: Path, made_of: Callable[[Any], Kept]) -> Kept | None:
    """What ``made_of`` makes of the file's JSON; None where there is no file.

    Files are written as a whole or not at all, so that one that holds anything else was changed by somebody: it is not
    ours to guess what it said. Raises ``StepFailed(file_damaged)``, which names it.
    """
    text = read_or_none(path)
    if text is None:
        return None
    try:
        return made_of(json.loads(text))
    except (ValueError, LookupError, TypeError, AttributeError, StepFailed) as broken:
        raise StepFailed(
            "file_damaged",
            f"{path} on the host is not as pvdify wrote it: {broken}.",
            next_step="Put it back from a copy of the host; or remove it and deploy the app, which writes it anew.",
        ) from None
