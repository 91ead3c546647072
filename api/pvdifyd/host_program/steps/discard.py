"""discard: a release that failed goes, and the host is what it was: what its own record says."""

from __future__ import annotations

from typing import Any

from .. import names, systemctl
from ..answers import StepFailed, ended
from ..changes import Changes
from ..locks import app_lock, host_lock
from ..record import AppRecord, recorded
from . import current, route
from .retire import remove_releases


def discard(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``release``, ``units``, ``stop_timeout``. A release that has served before (its units are not
    its own) stops, and keeps its files and its image."""
    app, units = request["app"], request["units"]
    is_new = request["release"] == units
    with app_lock(app):
        now = recorded(app)
        if now is not None and now.units == units:
            return ended("discard", f"release {units} serves; it stays", False, [], stays=True)
        trouble = _route_back(now, app, changes)
        if now is not None:
            current.apply(now, changes, start=False)
        else:
            for unit in current.groups_on_host(app):
                current.remove_group(unit, changes)
        _stop(app, units, request["stop_timeout"], changes)
        if is_new:
            remove_releases(app, [units], changes)
        if now is None:
            current.remove_slice(app, changes)
            changes.remove(names.app_folder(app))
            if changes.changed and not changes.check:
                systemctl.reload()
        if trouble is not None:
            raise trouble
    return ended("discard", f"release {units} left the host", changes.changed, changes.diff)


def _route_back(now: AppRecord | None, app: str, changes: Changes) -> StepFailed | None:
    """Send requests where they went before. What is wrong with that release, or with the proxy, is no reason to leave
    the failed one behind."""
    try:
        with host_lock():
            route.apply(app, now.route() if now is not None else None, changes, wait=False)
    except StepFailed as trouble:
        return trouble
    return None


def _stop(app: str, units: int, stop_timeout: float, changes: Changes) -> None:
    loaded = [one for one in systemctl.loaded_instances(app) if one.units == units]
    running = [one.unit for one in loaded]
    if running and changes.will("stop " + ", ".join(running)):
        systemctl.stop(running, timeout=stop_timeout + 60)
