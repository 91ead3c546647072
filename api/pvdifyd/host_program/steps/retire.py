"""retire: what no longer serves drains; the release before stays warm for a while, anything older goes."""

from __future__ import annotations

from typing import Any

from .. import images, names, proxy, systemctl
from ..answers import ended
from ..changes import Changes
from ..commands import must_run, run
from ..locks import app_lock, host_lock
from ..names import Instance
from ..ports import port_of
from ..record import AppRecord, recorded


def retire(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``standby`` (seconds), ``drain_timeout``, ``stop_timeout``, ``keep`` (the releases, by their
    units, whose files and images stay)."""
    app = request["app"]
    with app_lock(app):
        now = recorded(app)
        if now is None:
            return ended("retire", "nothing to retire", False, [])
        warm = [one for one in systemctl.running_instances(app) if _stays_warm(one, now, request["standby"])]
        known = [one for one in systemctl.running_instances(app) if one.units <= now.release]
        leaving = [one for one in known if one not in warm and one not in now.instances()]
        _leave(leaving, request, changes)
        if warm:
            _end_standby_later(app, warm[0].units, request["standby"], changes)
        _clean_up(now, request["keep"], changes)
    message = (
        f"release {now.standby} stays warm for {request['standby']:.0f} s" if warm else "nothing stays warm"
    )
    return ended("retire", message, changes.changed, changes.diff, stopped=[one.unit for one in leaving])


def _stays_warm(instance: Instance, now: AppRecord, standby: float) -> bool:
    return standby > 0 and instance.process == "web" and instance.units == now.standby


def _leave(instances: list[Instance], request: dict[str, Any], changes: Changes) -> None:
    """Let requests in flight end, then stop."""
    if not instances or not changes.will("stop " + ", ".join(one.unit for one in instances)):
        return
    open_ports = [port for one in instances if (port := port_of(one)) is not None]
    proxy.drain(open_ports, timeout=request["drain_timeout"])
    systemctl.stop([one.unit for one in instances], timeout=request["stop_timeout"] + 60)


def _end_standby_later(app: str, units: int, seconds: float, changes: Changes) -> None:
    """A timer on the host, so that the standby ends with or without a controller; a reboot ends it too."""
    name = names.standby_timer(app, units)
    if run(["systemctl", "is-active", "--quiet", f"{name}.timer"]).ok:
        return
    if changes.will(f"end the standby of release {units} in {seconds:.0f} s"):
        run(["systemctl", "reset-failed", f"{name}.service", f"{name}.timer"])
        must_run(
            [
                "systemd-run",
                "--quiet",
                f"--unit={name}.service",
                f"--on-active={seconds:.0f}s",
                "--timer-property=AccuracySec=1s",
                f"--description=pvdify: end of the standby of {app}, release {units}",
                "--",
                "/usr/bin/systemctl",
                "stop",
                f"pvdify-{app}-web-v{units}@*.service",
            ]
        )


def _clean_up(now: AppRecord, keep: list[int], changes: Changes) -> None:
    """Remove units, files and images of releases that nobody can go back to."""
    kept = {*keep, now.units, *([now.standby] if now.standby is not None else [])}
    # A newer one than the one that serves is another run's, and on its way.
    old = [units for units in releases_on_host(now.app) if units <= now.release and units not in kept]
    remove_releases(now.app, old, changes)


def releases_on_host(app: str) -> list[int]:
    """Every release of which the host has units or files."""
    folder = names.app_folder(app) / "releases"
    by_folder = {int(path.name) for path in folder.glob("*") if path.name.isdigit()}
    return sorted(by_folder | set(names.quadlets_of(app).values()))


def remove_releases(app: str, releases: list[int], changes: Changes) -> None:
    """Remove these releases from the host, and the images nothing else needs."""
    gone = [path for path, units in names.quadlets_of(app).items() if units in releases]
    for path in [*gone, *(names.release_folder(app, units) for units in releases)]:
        changes.remove(path)
    if gone and not changes.check:
        systemctl.reload()
    with host_lock():
        images.remove_unused(changes)
