"""tunnel: how the tunnel to Cloudflare is, by what cloudflared tells of itself. Reads only."""

from __future__ import annotations

from typing import Any

from ..changes import Changes
from ..edge import cloudflared, ingress_rules, tunnel_run


def tunnel(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Answer: ``ready``, ``connections`` to Cloudflare's network, ``in_force``: whether it goes by the rules that the
    host was given, ``version`` of cloudflared. Raises ``StepFailed(edge_not_ready)``."""
    tunnel_run.assert_installed()
    text = cloudflared.kept_text()
    port = cloudflared.metrics_port_in(text)
    now = cloudflared.told(port) if port is not None else cloudflared.Told(False, 0, None)
    wanted = cloudflared.ingress_in(text)
    return {
        "failed": False,
        "changed": False,
        "ready": now.ready,
        "connections": now.connections,
        "in_force": now.ingress is not None and ingress_rules.same(now.ingress, wanted),
        "version": cloudflared.version(),
    }
