"""The plain units an operator handles: a group for each process type, whose drop-in says which instances are current,
and the app's slice."""

from __future__ import annotations

from collections.abc import Sequence

from .changes import Changes
from .names import ENVIRONMENT_TEMPLATE, ENVIRONMENTS, HOST_PROGRAM, UNITS, Instance, group_unit, slice_unit
from .unit_file import document, plain, section


def group_text(app: str, process: str) -> str:
    """``pvdify-<app>-<process>.service``: its restart and stop reach the instances, its start brings the current
    ones, its reload restarts them one by one behind a drain."""
    return document(
        section(
            "Unit", [("Description", plain(f"pvdify: {app} {process}")), ("After", "network-online.target")]
        ),
        section(
            "Service",
            [
                ("Type", "oneshot"),
                ("RemainAfterExit", "yes"),
                ("ExecStart", "/bin/true"),
                ("ExecReload", f"/usr/bin/python3 -I {HOST_PROGRAM} restart {app} {process}"),
                ("Slice", slice_unit(app)),
            ],
        ),
        section("Install", [("WantedBy", "multi-user.target")]),
    )


def current_text(
    app: str, process: str, release: int, instances: Sequence[Instance], *, stopped: bool = False
) -> str:
    """The drop-in ``10-release.conf``: what is current, and so what a start or a reboot brings up."""
    units = " ".join(instance.unit for instance in instances)
    how_many = "stopped with pvdify ps:stop" if stopped else f"{len(instances)} instance(s)"
    described = plain(f"pvdify: {app} {process}, release {release}, {how_many}")
    entries = [("Description", described)]
    if units:
        entries += [("Wants", units), ("After", units)]
    return document(section("Unit", entries))


def coming_text(instances: Sequence[Instance]) -> str:
    """The drop-in ``20-coming.conf``: what a boot brings up beside what is current, while it is on its way."""
    units = " ".join(instance.unit for instance in instances)
    return document(section("Unit", [("Wants", units), ("After", units)]))


def slice_text(app: str) -> str:
    return document(section("Unit", [("Description", plain(f"pvdify: everything {app} runs"))]))


def write_environment_template(changes: Changes) -> None:
    """``pvdify-environment@<app>-v<release>.service``, which the instances of that release wait for: where their config
    vars are not in memory, as after a reboot, it makes them readable again. Where that fails, it is tried again, and so
    are they."""
    text = document(
        section(
            "Unit",
            [
                ("Description", "pvdify: the config vars of %i"),
                ("ConditionPathExists", f"!{ENVIRONMENTS}/%i/.complete"),
            ],
        ),
        section(
            "Service",
            [
                ("Type", "oneshot"),
                ("ExecStart", f"/usr/bin/python3 -I {HOST_PROGRAM} reopen %i"),
                ("Restart", "on-failure"),
                ("RestartSec", "10"),
            ],
        ),
    )
    changes.write(UNITS / ENVIRONMENT_TEMPLATE, text)


def paths_of(app: str, process: str) -> tuple[str, str]:
    """The names, below systemd's folder, of the group's unit and of its drop-in."""
    unit = group_unit(app, process)
    return unit, f"{unit}.d/10-release.conf"


def coming_path(app: str, process: str) -> str:
    """The name, below systemd's folder, of the drop-in that is there while something is on its way."""
    return f"{group_unit(app, process)}.d/20-coming.conf"
