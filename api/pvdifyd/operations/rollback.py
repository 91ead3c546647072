"""Asking for a rollback: a new release that runs what an older one ran."""

from __future__ import annotations

from typing import Any

from pvdifyd.errors import ConflictError
from pvdifyd.models import App, Operation, Release, atomic
from pvdifyd.models.operation import ROLLBACK
from pvdifyd.models.release import SUPERSEDED
from pvdifyd.operations import find, request
from pvdifyd.operations.config.secrets import config_of_now
from pvdifyd.operations.config.versions import newest_number
from pvdifyd.operations.deploy import next_version
from pvdifyd.operations.processes import complete


def request_rollback(
    name: str, version: int | None, created_by: str, code_only: bool = False
) -> tuple[Release, Operation]:
    """A pending release that copies the target (default: the one before), and its operation. `code_only`: with the
    config that the app has now, where it otherwise goes back too.

    Raises NotFoundError(app_not_found, release_not_found), ConflictError(app_removing,
    nothing_to_roll_back).
    """
    with atomic():
        app = find.app(name)
        request.refuse_if_removing(app)
        target = default_target(app, code_only) if version is None else named_target(app, version)
        number = next_version(app)
        release = Release.create(
            app=app,
            version=number,
            image=target.image,
            digest=target.digest,
            processes=complete(with_counts_of(target.processes, app.processes)),
            container_port=target.container_port,
            healthcheck=target.healthcheck,
            rollback_of=target.version,
            created_by=created_by,
            **(with_config_of_now(app, target, number) if code_only else _with_its_config(target)),
        )
        arguments = {"code_only": True} if code_only else {"newest_config_version": newest_number(app)}
        return release, request.queue(app, ROLLBACK, created_by, number, arguments)


def with_config_of_now(app: App, target: Release, number: int) -> dict[str, Any]:
    """What release `number` has of its config where it runs the target's code with the config that the app has now."""
    if app.config_version == target.config_version:
        return _with_its_config(target)
    # Units have their config in them: with another one they are new units.
    return {"units": number, **config_of_now(app)}


def _with_its_config(target: Release) -> dict[str, Any]:
    return {
        "units": target.units,
        "config_version": target.config_version,
        "secrets": target.secrets,
    }


def default_target(app: App, code_only: bool = False) -> Release:
    """The newest superseded release that ran other units than the active one, and with `code_only` other code."""
    active = find.active_release(app)
    if active is not None:
        served = (Release.app == app) & (Release.status == SUPERSEDED)
        for target in Release.select().where(served).order_by(Release.version.desc()):
            if target.units != active.units and not (code_only and _code(target) == _code(active)):
                return target
    raise ConflictError(
        f"{app.name} has no earlier release to go back to. See `pvdify releases {app.name}`.",
        code="nothing_to_roll_back",
    )


def named_target(app: App, version: int) -> Release:
    """The release with this number, if it ever served and runs other units than the active one."""
    target = find.release(app, version)
    active = find.active_release(app)
    if target.status != SUPERSEDED:
        said = "is the one that serves" if active and active.version == version else f"is {target.status}"
        why = f"release {version} {said}; only one that served before can be gone back to."
    elif active is not None and active.units == target.units:
        why = f"release {version} is what release {active.version} runs already."
    else:
        return target
    raise ConflictError(
        f"{app.name} can't roll back: {why} See `pvdify releases {app.name}`.", code="nothing_to_roll_back"
    )


def with_counts_of(processes: dict[str, Any], slot: dict[str, Any]) -> dict[str, Any]:
    """The processes' commands with the slot's counts; a type the slot lost keeps its own count."""
    return {
        name: {**process, "count": slot.get(name, process)["count"]} for name, process in processes.items()
    }


def _code(release: Release) -> tuple[Any, ...]:
    """What a release runs, apart from its config and its counts."""
    commands = {name: process["command"] for name, process in complete(release.processes).items()}
    return release.digest, commands, release.container_port, release.healthcheck
