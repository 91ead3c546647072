"""current: have systemd know which release is the current one, so that a restart or a reboot brings it up."""

from __future__ import annotations

from typing import Any

from .. import groups, names, systemctl
from ..answers import ended
from ..changes import Changes, read_or_none
from ..commands import must_run, run
from ..locks import app_lock
from ..names import UNITS
from ..record import AppRecord, recorded
from ..under_way import enter
from ..unit_file import HEADER
from . import route


def current(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: as for ``AppRecord.wanted``. The release that was current before becomes the standby."""
    app = request["app"]
    with app_lock(app):
        enter("switch", request, changes)
        wanted = AppRecord.wanted(request, _standby(app, request["units"]))
        if not changes.check:
            # Somebody else may have had the app since requests were sent there: `systemctl reload` of a group, say.
            route.send(wanted, changes)
        apply(wanted, changes)
        wanted.write(changes)
    return ended("switch", f"release {wanted.release} is current", changes.changed, changes.diff)


def _standby(app: str, units: int) -> int | None:
    before = recorded(app)
    if before is None:
        return None
    return before.units if before.units != units else before.standby


def apply(record: AppRecord, changes: Changes, *, start: bool = True) -> None:
    """Write the slice, the groups and their drop-ins, and have a boot bring these up and no others; with ``start`` also
    bring up what an operator has stopped. Groups of types that are gone stay until their instances have left."""
    changes.write(UNITS / names.slice_unit(record.app), groups.slice_text(record.app))
    for process in sorted(record.counts):
        unit, drop_in = groups.paths_of(record.app, process)
        text = groups.current_text(
            record.app, process, record.release, record.instances(process), stopped=process in record.stopped
        )
        changes.write(UNITS / unit, groups.group_text(record.app, process))
        changes.write(UNITS / drop_in, text)
        changes.remove(UNITS / groups.coming_path(record.app, process))
    units = [names.group_unit(record.app, process) for process in sorted(record.counts)]
    if not changes.check:
        # Asked of systemd, not of what was just written: an earlier run may have been cut off here.
        states = systemctl.states([*units, names.slice_unit(record.app)])
        if any(state.outdated for state in states.values()):
            systemctl.reload()
    _enable(units, changes)
    _disable(_gone(record), changes)
    if start:
        _start(units, changes)


def groups_on_host(app: str) -> list[str]:
    """The app's group units: those of its own process types, not of an app whose name begins alike, and none that
    somebody else has written."""
    prefix = f"pvdify-{app}-"
    return sorted(
        path.name
        for path in UNITS.glob(f"{prefix}*.service")
        if path.name[len(prefix) : -len(".service")].isalnum()
        and (read_or_none(path) or "").startswith(HEADER)
    )


def remove_gone(record: AppRecord, changes: Changes) -> None:
    """Forget the groups of process types the app has no more; their instances have ended."""
    gone = _gone(record)
    for unit in gone:
        remove_group(unit, changes)
    if gone and not changes.check:
        systemctl.reload()


def _gone(record: AppRecord) -> list[str]:
    kept = {names.group_unit(record.app, process) for process in record.counts}
    return [unit for unit in groups_on_host(record.app) if unit not in kept]


def remove_group(unit: str, changes: Changes) -> None:
    """Stop and forget one group unit. Its instances stop with it, each in its own time: who calls waits for them."""
    if changes.will(f"stop and disable {unit}"):
        run(["systemctl", "disable", "--", unit])
        run(["systemctl", "stop", "--no-block", "--", unit])
    changes.remove(UNITS / f"{unit}.d")
    changes.remove(UNITS / unit)


def remove_slice(app: str, changes: Changes) -> None:
    """Forget the app's slice. systemd keeps one that is empty until it is stopped."""
    unit = names.slice_unit(app)
    if run(["systemctl", "is-active", "--quiet", "--", unit]).ok and changes.will(f"stop {unit}"):
        run(["systemctl", "stop", "--", unit], timeout=120)
    changes.remove(UNITS / unit)


def _enable(units: list[str], changes: Changes) -> None:
    wants = UNITS / "multi-user.target.wants"
    absent = [unit for unit in units if not (wants / unit).is_symlink()]
    if absent and changes.will("enable " + ", ".join(absent)):
        must_run(["systemctl", "enable", "--", *absent])


def _disable(units: list[str], changes: Changes) -> None:
    wants = UNITS / "multi-user.target.wants"
    enabled = [unit for unit in units if (wants / unit).is_symlink()]
    if enabled and changes.will("disable " + ", ".join(enabled)):
        must_run(["systemctl", "disable", "--", *enabled])


def _start(units: list[str], changes: Changes) -> None:
    states = {} if changes.check else systemctl.states(units)
    asleep = [unit for unit, state in states.items() if not state.running]
    if asleep and changes.will("start " + ", ".join(asleep)):
        systemctl.start(asleep)
