"""What an app's instances are given and what they use, as pvdify says and as the kernel says."""

import json
from typing import Any

from tests.end_to_end.world import World, wait_until

# Noted by systemd when the kernel has killed a process of a unit for its memory (see `journalctl --catalog`).
OUT_OF_MEMORY = "MESSAGE_ID=fe6faa94e7774663a0da52717891d8ef"


def instances(world: World, app: str) -> list[dict[str, Any]]:
    """The app's instances, but for those that were stopped.

    Asked again where the answer is late: while it starts a container, the machine has little time for anything else.
    """
    found: list[dict[str, Any]] = []

    def were_told() -> bool:
        told = world.pvdify("ps", app, "--json")
        found[:] = json.loads(told.stdout) if told.returncode == 0 else []
        return told.returncode == 0

    wait_until(were_told, seconds=60, what=f"pvdify ps {app} answers", interval=2)
    return [one for one in found if one["state"] != "stopped"]


def instance(world: World, app: str, process: str = "web") -> dict[str, Any]:
    """The only instance of that type."""
    (found,) = [one for one in instances(world, app) if one["process"] == process]
    return found


def limits(world: World, app: str) -> dict[str, str]:
    """What the kernel holds the web instance to."""
    names = ("memory.max", "memory.swap.max", "cpu.max")
    return dict(zip(names, _cgroup(world, app, "web", *names), strict=True))


def cpu_seconds(world: World, app: str, process: str) -> float:
    """What the type's instance has used of a processor's time so far."""
    values = dict(line.split() for line in _cgroup(world, app, process, "cpu.stat"))
    return int(values["usage_usec"]) / 1e6


def oom_kills(world: World, app: str) -> int:
    """How often an instance of the app was killed for its memory, since the machine was made."""
    lines = world.on_host("journalctl", "--quiet", "--output=json", OUT_OF_MEMORY).splitlines()
    return sum(json.loads(line).get("UNIT", "").startswith(f"pvdify-{app}-") for line in lines)


def _cgroup(world: World, app: str, process: str, *names: str) -> list[str]:
    """The lines of files of the cgroup of the type's only instance."""
    unit = instance(world, app, process)["unit"]
    path = world.on_host("systemctl", "show", "--property=ControlGroup", "--value", unit).strip()
    return world.on_host("cat", *(f"/sys/fs/cgroup{path}/{name}" for name in names)).splitlines()
