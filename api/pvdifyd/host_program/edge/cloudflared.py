"""The program cloudflared on this host: its configuration, its check of one, what it tells of itself.

It never reads its configuration anew: only a restart brings another one, and so only another ingress is worth one. One
that is managed at Cloudflare gets its rules from there, live, and overrules those in its file.
"""

from __future__ import annotations

import http.client
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import names
from ..answers import StepFailed
from ..changes import read_or_none
from ..commands import run
from . import ingress_rules
from .ingress_rules import Rule

# Until requests in flight have ended, a restart brings no new ones: a stream that stays open shall not make it long.
_GRACE = "10s"
_VERSION = re.compile(r"\d{4}\.\d+\.\d+")


@dataclass(frozen=True)
class Told:
    """What the running program tells. ``ingress`` is the one in force, None where it does not say; ``connections`` how
    many lead to Cloudflare's network."""

    ready: bool
    connections: int
    ingress: Sequence[Rule] | None


def configuration(tunnel: str, metrics_port: int, ingress: Sequence[Rule]) -> str:
    """The file's text: JSON, which is YAML, so that no value is anything but itself.

    Raises ``StepFailed(ingress_invalid)``.
    """
    ingress_rules.check(ingress)
    described = {
        "tunnel": tunnel,
        "credentials-file": str(names.TUNNEL_CREDENTIALS),
        "metrics": f"127.0.0.1:{metrics_port}",
        "grace-period": _GRACE,
        "ingress": list(ingress),
    }
    return json.dumps(described, indent=2) + "\n"


def ingress_in(text: str | None) -> list[Rule]:
    """The rules of a file made by ``configuration``; none where there is none, or it is somebody's own, and none of
    those that somebody has spoilt."""
    try:
        rules = json.loads(text or "{}")["ingress"]
        return [
            rule
            for rule in rules
            if isinstance(rule, dict) and all(isinstance(value, str) for value in rule.values())
        ]
    except (ValueError, LookupError, TypeError):
        return []


def metrics_port_in(text: str | None) -> int | None:
    """The port of the program's own metrics in a file made by ``configuration``."""
    try:
        return int(json.loads(text or "{}")["metrics"].rpartition(":")[2])
    except (ValueError, LookupError, AttributeError, TypeError):
        return None


def program() -> str:
    """Ours where we have brought one, or else the host's."""
    return str(names.CLOUDFLARED) if names.CLOUDFLARED.exists() else "cloudflared"


def version() -> str | None:
    """Such as ``2026.8.2``; None where it does not say."""
    found = _VERSION.search(run([program(), "--version"]).output)
    return found[0] if found else None


def validate(text: str) -> None:
    """Have the program check a configuration. Raises ``StepFailed(ingress_invalid)`` with its words."""
    file = os.memfd_create("pvdify-cloudflared")
    try:
        os.write(file, text.encode("utf-8"))
        path = Path(f"/proc/{os.getpid()}/fd/{file}")
        checked = run([program(), "tunnel", "--config", str(path), "ingress", "validate"])
    finally:
        os.close(file)
    if not checked.ok:
        raise StepFailed(
            "ingress_invalid",
            f"cloudflared refuses the tunnel's new ingress: {checked.last_line()} The one before is in force.",
            next_step="Remove the domain that is meant (pvdify domains:remove), and add it again.",
        )


def told(metrics_port: int) -> Told:
    """What the running program tells of itself; nothing good of one that does not answer."""
    config = _ask(metrics_port, "/config")
    ready = _ask(metrics_port, "/ready")
    if config is None or ready is None:
        return Told(False, 0, None)
    ingress = (config[1].get("config") or {}).get("ingress")
    return Told(ready[0] == 200, int(ready[1].get("readyConnections") or 0), ingress)


def kept_text() -> str | None:
    """The configuration that is on this host, or None."""
    return read_or_none(names.TUNNEL_CONFIGURATION)


def _ask(port: int, path: str) -> tuple[int, Mapping[str, Any]] | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        return (answer.status, body) if isinstance(body, dict) else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
