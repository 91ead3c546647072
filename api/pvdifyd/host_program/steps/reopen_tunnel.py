"""reopen_tunnel: the tunnel's credentials are readable again. Its own unit asks for it, before it starts."""

from __future__ import annotations

from typing import Any

from ..answers import ended
from ..changes import Changes
from ..edge import tunnel_credentials


def reopen_tunnel(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """A step that brings a new ingress waits for the tunnel, which waits for this: it takes no lock."""
    again = " again" if tunnel_credentials.reopen() else ""
    return ended("reopen_tunnel", f"the tunnel's credentials are readable{again}", False, [])
