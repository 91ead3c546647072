"""The end of a release that no longer serves, on the host's own account: with or without a controller, now or when its
standby is over. What clients still have open there is drained first, and no operation waits for that.
"""

from __future__ import annotations

from . import systemctl
from .changes import Changes
from .commands import must_run, run
from .names import HOST_PROGRAM, standby_timer


def leave_later(app: str, units: int, seconds: float, changes: Changes) -> None:
    """Have the release leave in that many seconds; a reboot ends it too."""
    name = standby_timer(app, units)
    if not _active(f"{name}.timer") and changes.will(
        f"end the standby of release {units} in {seconds:.0f} s"
    ):
        _run(app, units, f"--on-active={seconds:.0f}s", "--timer-property=AccuracySec=1s")


def leave_now(app: str, units: int, changes: Changes) -> None:
    """Have the release leave, beginning now."""
    name = standby_timer(app, units)
    if not _active(f"{name}.service") and changes.will(f"end release {units}"):
        if _active(f"{name}.timer"):
            systemctl.stop([f"{name}.timer"], timeout=30)
        _run(app, units, "--no-block")


def stay(app: str, units: int, changes: Changes) -> bool:
    """Take both back: the release is to serve. True when it had begun to leave, so that stops are on their way that
    only a start can take back."""
    name = standby_timer(app, units)
    # The timer first: it might start the service between two looks.
    if _active(f"{name}.timer") and changes.will(f"stop {name}.timer"):
        systemctl.stop([f"{name}.timer"], timeout=30)
    busy = systemctl.states([f"{name}.service"])[f"{name}.service"].active in ("active", "activating")
    if busy and changes.will(f"stop {name}.service"):
        systemctl.stop([f"{name}.service"], timeout=30)
    return busy


def _active(unit: str) -> bool:
    return run(["systemctl", "is-active", "--quiet", unit]).ok


def _run(app: str, units: int, *how: str) -> None:
    name = standby_timer(app, units)
    run(["systemctl", "reset-failed", f"{name}.service", f"{name}.timer"])
    must_run(
        [
            *("systemd-run", "--quiet", "--collect", *how, f"--unit={name}.service"),
            f"--description=pvdify: end of {app}, release {units}",
            *("--", "/usr/bin/python3", "-I", str(HOST_PROGRAM), "leave", app, str(units)),
        ]
    )
