"""forget: the host forgets the identity before a rotation, once the controller holds what was encrypted anew."""

from __future__ import annotations

from typing import Any

from .. import identity
from ..answers import ended
from ..changes import Changes
from ..locks import host_lock


def forget(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``recipient``, that of the identity to keep."""
    with host_lock():
        identity.end_rotation(request["recipient"], changes)
    return ended("forget", "only the new identity is left", changes.changed, changes.diff)
