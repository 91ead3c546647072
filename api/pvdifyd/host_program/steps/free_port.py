"""free_port: the first port nobody on the host listens on. Reads only."""

from __future__ import annotations

from typing import Any

from .. import ports
from ..changes import Changes


def free_port(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``start``, ``end``, ``exclude``. Answer: ``port``. Raises ``StepFailed(no_free_port)``."""
    found = next(ports.free(request["exclude"], first=request["start"], last=request["end"]))
    return {"failed": False, "changed": False, "port": found}
