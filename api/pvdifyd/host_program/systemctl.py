"""Talking to systemd."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .commands import must_run, run
from .names import Instance, instance_of

_PROPERTIES = (
    "Id,LoadState,ActiveState,SubState,Result,NRestarts,ExecMainCode,ExecMainStatus,InvocationID,ControlGroup,"
    "StateChangeTimestamp,ActiveEnterTimestampMonotonic,NeedDaemonReload"
)

# What ExecMainCode= says, in the numbers of waitid(2).
_EXITED, _KILLED, _DUMPED = "1", "2", "3"


@dataclass(frozen=True)
class UnitState:
    """What systemd says of a unit. ``since`` is when it last changed state, ``started`` when it last became active, in
    seconds since the epoch, 0 where it never did; ``invocation`` is another one after each start; ``outdated`` when
    its files were changed after systemd read them."""

    unit: str
    active: str
    sub: str
    result: str
    restarts: int
    exit_code: int | None
    since: float
    outdated: bool = False
    started: float = 0.0
    invocation: str = ""
    control_group: str = ""
    signal: int | None = None

    @property
    def running(self) -> bool:
        return self.active == "active"

    @property
    def crashed(self) -> bool:
        """It ended by itself, whether systemd waits to start it again or has given up."""
        return (
            self.active == "failed"
            or self.sub.startswith("auto-restart")
            or (self.active == "deactivating" and self.result == "oom-kill")
            or (self.restarts > 0 and not self.running)
        )


def states(units: Sequence[str]) -> dict[str, UnitState]:
    """The state of each of these units, in one call."""
    if not units:
        return {}
    shown = must_run(["systemctl", "show", f"--property={_PROPERTIES}", "--timestamp=unix", "--", *units])
    found = {}
    for block in shown.output.split("\n\n"):
        values = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        if "Id" in values:
            found[values["Id"]] = _unit_state(values)
    return found


def _unit_state(values: dict[str, str]) -> UnitState:
    status = int(values.get("ExecMainStatus") or 0)
    how = values.get("ExecMainCode")
    return UnitState(
        unit=values["Id"],
        active=values["ActiveState"],
        sub=values["SubState"],
        result=values.get("Result", ""),
        restarts=int(values.get("NRestarts") or 0),
        exit_code=status if how == _EXITED else None,
        since=_moment(values.get("StateChangeTimestamp")),
        outdated=values.get("NeedDaemonReload") == "yes",
        started=_exact_moment(values.get("ActiveEnterTimestampMonotonic")),
        invocation=values.get("InvocationID", ""),
        control_group=values.get("ControlGroup", ""),
        signal=status if how in (_KILLED, _DUMPED) else None,
    )


def _moment(timestamp: str | None) -> float:
    return float(timestamp.lstrip("@")) if timestamp else 0.0


def _exact_moment(monotonic: str | None) -> float:
    """Microseconds of the monotonic clock as seconds since the epoch: the other timestamps are whole seconds."""
    microseconds = int(monotonic or 0)
    return microseconds / 1e6 + time.time() - time.monotonic() if microseconds else 0.0


def loaded_instances(app: str) -> list[Instance]:
    """The app's instances that systemd has in memory: running, starting, stopping or failed."""
    listed = must_run(
        [
            "systemctl",
            "list-units",
            "--all",
            "--plain",
            "--no-legend",
            "--no-pager",
            f"pvdify-{app}-*@*.service",
        ]
    )
    names = (line.split()[0] for line in listed.output.splitlines() if line.strip())
    return sorted(instance for name in names if (instance := instance_of(name, app)) is not None)


def running_instances(app: str) -> list[Instance]:
    """Those of the app's instances that are not simply stopped: each has a container, or is about to."""
    instances = loaded_instances(app)
    known = states([instance.unit for instance in instances])
    return [one for one in instances if known[one.unit].active != "inactive"]


def reload() -> None:
    """Have systemd read unit files again, Quadlets among them."""
    must_run(["systemctl", "daemon-reload"], timeout=120)


def start(units: Iterable[str]) -> None:
    """Ask for a start, and don't wait. An earlier run's failures no longer count."""
    names = list(units)
    run(["systemctl", "reset-failed", "--", *names])
    must_run(["systemctl", "start", "--no-block", "--", *names])


def restart(unit: str) -> None:
    """Ask for a restart as one job of systemd's, and don't wait: whoever asked may be killed meanwhile.

    Without regard to other units: a group that is just being reloaded asks for it, and would be waited for.
    """
    run(["systemctl", "reset-failed", "--", unit])
    must_run(["systemctl", "restart", "--no-block", "--job-mode=ignore-dependencies", "--", unit])


def stop(units: Iterable[str], *, timeout: float) -> None:
    """Stop units, wait until they have, and forget their failures. ``timeout`` is in seconds."""
    names = list(units)
    if not names:
        return
    must_run(["systemctl", "stop", "--", *names], timeout=timeout)
    run(["systemctl", "reset-failed", "--", *names])


def begin_stop(units: Iterable[str]) -> None:
    """Ask for a stop, and don't wait: ``stop`` of the same units does."""
    names = list(units)
    if names:
        must_run(["systemctl", "stop", "--no-block", "--", *names])
