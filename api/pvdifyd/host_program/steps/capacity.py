"""capacity: how much memory and how many processors the host has. Reads only."""

from __future__ import annotations

from typing import Any

from ..changes import Changes
from ..limits import memory_of_host, processors_of_host


def capacity(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Answer: ``memory`` in bytes, ``cpus``."""
    return {"failed": False, "changed": False, "memory": memory_of_host(), "cpus": processors_of_host()}
