"""reopen: after a reboot, the config vars of what comes up are readable again. The host's own unit asks for it."""

from __future__ import annotations

from typing import Any

from .. import environment, names
from ..answers import ended
from ..changes import Changes
from ..record import recorded
from .retire import releases_on_host


def reopen(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``. Instances wait for this, and a step that holds the app waits for them: it takes no lock."""
    app = request["app"]
    now = recorded(app)
    # What is on its way comes up too: a reboot may have met it in the middle of a switch.
    units = [one for one in releases_on_host(app) if now is None or one == now.units or one > now.release]
    units = [one for one in units if names.environment_file(app, one).exists()]
    for one in units:
        environment.reopen(app, one)
    message = f"config vars of release {', '.join(str(one) for one in units)}" if units else "no config vars"
    return ended("reopen", message, False, [])
