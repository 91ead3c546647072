"""retire: what no longer serves drains; the release before stays warm for a while, anything older goes."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

from .. import environment, images, names, proxy, standby, systemctl, under_way
from ..answers import ended
from ..changes import Changes
from ..locks import app_lock, host_lock
from ..names import Instance
from ..ports import port_of
from ..proxy_file import backend_of
from ..record import AppRecord, recorded
from ..under_way import enter
from ..waiting import Expectation, wait_until_up
from . import current


def retire(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``units``, ``standby`` (seconds), ``drain_timeout``, ``stop_timeout``, ``start_timeout``,
    ``keep`` (the releases, by their units, whose files and images stay).

    Raises what ``wait_until_up`` raises, for a type that had to wait until the release before had ended.
    """
    app = request["app"]
    with app_lock(app):
        now = recorded(app)
        if now is None:
            return ended("retire", "nothing to retire", False, [])
        enter("retire", request, changes)
        kept = _kept(now, request["keep"])
        known = [one for one in systemctl.running_instances(app) if one.units <= now.release]
        warm = [one for one in known if _stays_warm(one, now, request["standby"])]
        leaving = [one for one in known if one not in warm and one not in now.instances()]
        on_their_own = [one for one in leaving if _may_linger(one, now) and one.units in kept - {now.units}]
        leave([one for one in leaving if one not in on_their_own], request, changes)
        for units in sorted({one.units for one in on_their_own}):
            standby.leave_now(app, units, changes)
        if warm:
            standby.leave_later(app, warm[0].units, request["standby"], changes)
        current.remove_gone(now, changes)
        late = _start_those_that_waited(now, changes)
        _clean_up(now, kept, changes)
        under_way.leave(app, changes)
    said = [
        f"release {now.standby} stays warm for {request['standby']:.0f} s" if warm else "nothing stays warm"
    ]
    said += [f"{len(late)} started after the ones before had ended"] if late else []
    return ended(
        "retire", "; ".join(said), changes.changed, changes.diff, stopped=[one.unit for one in leaving]
    )


def _stays_warm(instance: Instance, now: AppRecord, standby: float) -> bool:
    return standby > 0 and _may_linger(instance, now) and instance.units == now.standby


def _may_linger(instance: Instance, now: AppRecord) -> bool:
    """Only of ``web``, and only while the app has one: with its group, all its instances stop at once."""
    return instance.process == "web" and "web" in now.counts


def leave(instances: list[Instance], request: dict[str, Any], changes: Changes) -> None:
    """Let requests in flight end, then stop. What gets no requests is asked to end at once, and has its time for the
    job at hand meanwhile."""
    if not instances or not changes.will("stop " + ", ".join(one.unit for one in instances)):
        return
    systemctl.begin_stop(one.unit for one in instances if one.process != "web")
    busy_ports = {port for one in instances if (port := port_of(one)) is not None}
    proxy.drain(backend_of(request["app"]), busy_ports, timeout=request["drain_timeout"])
    systemctl.stop([one.unit for one in instances], timeout=request["stop_timeout"] + 60)


def _start_those_that_waited(now: AppRecord, changes: Changes) -> list[Instance]:
    """The instances of types that must not overlap, now that those of the release before have ended. An operator's
    own stop of the group is respected."""
    mine = [one for one in now.instances() if one.process in now.alone]
    states = systemctl.states([one.unit for one in mine])
    groups = systemctl.states(sorted({names.group_unit(now.app, one.process) for one in mine}))
    late = [
        one
        for one in mine
        if not states[one.unit].running and groups[names.group_unit(now.app, one.process)].running
    ]
    if late and changes.will("start " + ", ".join(one.unit for one in late)):
        since = time.time()
        systemctl.start(one.unit for one in late)
        wait_until_up(late, Expectation(now.start_timeout, now.container_port, None), since)
    return late


def _kept(now: AppRecord, keep: list[int]) -> set[int]:
    """The releases whose units, files and images stay: those that somebody may go back to."""
    return {*keep, now.units, *([now.standby] if now.standby is not None else [])}


def _clean_up(now: AppRecord, kept: set[int], changes: Changes) -> None:
    """Remove units, files and images of releases that nobody can go back to."""
    # A newer one than the one that serves is another run's, and on its way.
    old = [units for units in releases_on_host(now.app) if units <= now.release and units not in kept]
    remove_releases(now.app, old, changes)
    _hide_what_has_ended(now, changes)
    remove_ports_without_instance(now, changes)
    for path in names.unfinished_of(now.app):
        changes.remove(path)


def _hide_what_has_ended(now: AppRecord, changes: Changes) -> None:
    """Leave the config vars readable only of releases that run, or come up by themselves."""
    running = {one.units for one in systemctl.running_instances(now.app)}
    for units in names.environments_of(now.app):
        if units <= now.release and units not in {*running, now.units}:
            environment.hide(now.app, units, changes)


def remove_ports_without_instance(now: AppRecord, changes: Changes, but: Collection[Instance] = ()) -> None:
    """Give back the ports of instances that the release which serves has no more, ``but`` for these."""
    kept = {names.port_file(one) for one in (*now.instances("web"), *but)}
    for path in sorted(names.release_folder(now.app, now.units).glob("web-*.env")):
        if path not in kept:
            changes.remove(path)


def releases_on_host(app: str) -> list[int]:
    """Every release of which the host has units or files."""
    folder = names.app_folder(app) / "releases"
    by_folder = {int(path.name) for path in folder.glob("*") if path.name.isdigit()}
    return sorted(by_folder | set(names.quadlets_of(app).values()))


def remove_releases(app: str, releases: list[int], changes: Changes) -> None:
    """Remove these releases from the host, and the images nothing else needs."""
    gone = [path for path, units in names.quadlets_of(app).items() if units in releases]
    drop_ins = [folder for units in releases for folder in names.service_drop_ins_of(app, units)]
    for units in releases:
        environment.forget(app, units, changes)
    for path in [*gone, *drop_ins, *(names.release_folder(app, units) for units in releases)]:
        changes.remove(path)
    if gone and not changes.check:
        systemctl.reload()
    with host_lock():
        images.remove_unused(changes)
