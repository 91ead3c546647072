"""discard: a release that failed goes, and the host is what it was: what its own record says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import environment, names, spares, systemctl, under_way
from ..answers import StepFailed, ended
from ..changes import Changes, read_or_none
from ..locks import app_lock, host_lock
from ..names import Instance
from ..ports import port_of
from ..proxy_file import Route, servers_in
from ..record import AppRecord, counts_of, recorded
from ..under_way import enter
from . import current, route
from .retire import leave, releases_on_host, remove_ports_without_instance, remove_releases


def discard(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``release``, ``units``, ``processes``, ``stop_timeout``, ``drain_timeout``. A release that has
    served before (its units are not its own) stops, and keeps its files and its image. Where the units are those that
    serve, what the request wanted beyond the record goes: instances that were to join. The first release of an app
    takes the app with it. Where there is no record, and yet another release, somebody has removed the record: what that
    release has, and where requests go, stays as it is.

    Answer: ``stays``, whether the host does what the request wanted, so that there is nothing to discard.
    """
    app, units = request["app"], request["units"]
    with app_lock(app):
        now = recorded(app)
        if names.app_folder(app).exists():
            enter("discard", request, changes)
        if now is not None and _is_what_was_wanted(now, request):
            under_way.leave(app, changes)
            return ended("discard", f"release {now.release} serves; it stays", False, [], stays=True)
        is_first = now is None and set(releases_on_host(app)) <= {units}
        # Where an earlier restart has failed, it is they who answer.
        alone = spares.needed(now) if now is not None else []
        kept = {*now.instances(), *alone} if now is not None else set()
        leaving = [one for one in systemctl.loaded_instances(app) if one.units == units and one not in kept]
        trouble = None
        if now is not None:
            trouble = _route_back(app, now.route(more=alone), changes)
            current.apply(now, changes, start=False)
        elif is_first or _get_requests(app, leaving):
            trouble = _route_back(app, None, changes)
        leave(leaving, request, changes)
        _forget(now, request, alone, changes)
        for path in names.unfinished_of(app):
            changes.remove(path)
        under_way.leave(app, changes)
        if is_first:
            _forget_app(app, changes)
        if trouble is not None:
            raise trouble
    serves = now is not None and now.units == units
    message = f"{app} is as it was before" if serves else f"release {units} left the host"
    return ended("discard", message, changes.changed, changes.diff, stays=False)


def _is_what_was_wanted(now: AppRecord, request: dict[str, Any]) -> bool:
    wanted = (request["release"], request["units"], counts_of(request["processes"]))
    return (now.release, now.units, now.counts) == wanted


def _forget(
    now: AppRecord | None, request: dict[str, Any], staying: Sequence[Instance], changes: Changes
) -> None:
    """The groups, files and ports of what has left."""
    app, units = request["app"], request["units"]
    if now is not None:
        current.remove_gone(now, changes)
    if now is not None and now.units == units:
        remove_ports_without_instance(now, changes, but=staying)
    elif request["release"] == units:
        remove_releases(app, [units], changes)
    else:
        environment.hide(app, units, changes)


def _forget_app(app: str, changes: Changes) -> None:
    for unit in current.groups_on_host(app):
        current.remove_group(unit, changes)
    current.remove_slice(app, changes)
    changes.remove(names.app_folder(app))
    if changes.changed and not changes.check:
        systemctl.reload()


def _get_requests(app: str, leaving: Sequence[Instance]) -> bool:
    """Whether requests go to any of them: their ports are other apps' soon."""
    routed = {one.port for one in servers_in(read_or_none(names.proxy_file(app)) or "") if one.enabled}
    return any(port_of(one) in routed for one in leaving)


def _route_back(app: str, before: Route | None, changes: Changes) -> StepFailed | None:
    """Send requests where they went before. What is wrong with that release, or with the proxy, is no reason to leave
    the failed one behind."""
    try:
        with host_lock():
            route.apply(app, before, changes, wait=False)
    except StepFailed as trouble:
        return trouble
    return None
