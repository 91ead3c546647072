"""reopen: the config vars of a release are readable again. The host's own unit asks for it, before an instance starts
whose config vars are not in memory, as after a reboot."""

from __future__ import annotations

from typing import Any

from .. import environment
from ..answers import ended
from ..changes import Changes


def reopen(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``units``. Instances wait for this, and a step that holds the app waits for them: it does
    not take the app's lock."""
    app, units = request["app"], request["units"]
    count = environment.reopen(app, units)
    return ended("reopen", f"{count} config vars of {app}, release {units}, are readable", False, [])
