"""Talking to systemd."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .commands import must_run, run
from .names import Instance, instance_of

_PROPERTIES = (
    "Id,LoadState,ActiveState,SubState,Result,NRestarts,ExecMainCode,ExecMainStatus,"
    "StateChangeTimestamp,NeedDaemonReload"
)


@dataclass(frozen=True)
class UnitState:
    """What systemd says of a unit. ``since`` is in seconds since the epoch, 0 where it never changed state;
    ``outdated`` when its files were changed after systemd read them."""

    unit: str
    active: str
    sub: str
    result: str
    restarts: int
    exit_code: int | None
    since: float
    outdated: bool = False

    @property
    def running(self) -> bool:
        return self.active == "active"

    @property
    def crashed(self) -> bool:
        """It ended by itself, whether systemd waits to start it again or has given up."""
        return (
            self.active == "failed"
            or self.sub.startswith("auto-restart")
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
    exited = values.get("ExecMainCode") == "1"
    since = values.get("StateChangeTimestamp", "").lstrip("@")
    return UnitState(
        unit=values["Id"],
        active=values["ActiveState"],
        sub=values["SubState"],
        result=values.get("Result", ""),
        restarts=int(values.get("NRestarts") or 0),
        exit_code=int(values["ExecMainStatus"]) if exited else None,
        since=float(since) if since else 0.0,
        outdated=values.get("NeedDaemonReload") == "yes",
    )


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


def stop(units: Iterable[str], *, timeout: float) -> None:
    """Stop units, wait until they have, and forget their failures. ``timeout`` is in seconds."""
    names = list(units)
    if not names:
        return
    must_run(["systemctl", "stop", "--", *names], timeout=timeout)
    run(["systemctl", "reset-failed", "--", *names])
