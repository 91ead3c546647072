"""remove: the app leaves the host, and nothing else does."""

from __future__ import annotations

from typing import Any

from .. import environment, names, standby, systemctl
from ..answers import ended
from ..changes import Changes
from ..locks import app_lock, host_lock
from . import current, route
from .retire import releases_on_host, remove_releases


def remove(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``stop_timeout``."""
    app = request["app"]
    with app_lock(app):
        with host_lock():
            route.apply(app, None, changes)
        for units in releases_on_host(app):
            standby.stay(app, units, changes)
        for unit in current.groups_on_host(app):
            current.remove_group(unit, changes)
        instances = [one.unit for one in systemctl.loaded_instances(app)]
        if instances and changes.will("stop " + ", ".join(instances)):
            systemctl.stop(instances, timeout=request["stop_timeout"] + 60)
        remove_releases(app, releases_on_host(app), changes)
        for units in names.environments_of(app):
            environment.hide(app, units, changes)
        current.remove_slice(app, changes)
        changes.remove(names.app_folder(app))
        if changes.changed and not changes.check:
            systemctl.reload()
    return ended("remove", f"{app} left the host", changes.changed, changes.diff)
