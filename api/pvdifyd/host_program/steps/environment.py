"""environment: a release's config vars are on the host, ready for its containers; secret ones are decrypted there."""

from __future__ import annotations

from typing import Any

from .. import environment as config
from ..answers import ended
from ..changes import Changes
from ..locks import app_lock
from ..under_way import enter


def environment(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``units``, ``environment`` {``values`` {key: text}, ``secrets`` {key: {version, digest,
    document}}}. It is part of the phase stage."""
    app, units = request["app"], request["units"]
    described = request["environment"]
    wanted = config.Environment.of({name: described[name] for name in ("values", "secrets")})
    with app_lock(app):
        enter("stage", request, changes)
        config.bring(app, units, wanted, changes)
    message = _counted(len(wanted.keys), len(wanted.secrets))
    return ended("stage", message, changes.changed, changes.diff)


def _counted(keys: int, secrets: int) -> str:
    if keys == 1:
        return "1 config var, a secret" if secrets else "1 config var"
    return f"{keys} config vars, {secrets or 'none'} of them secret"
