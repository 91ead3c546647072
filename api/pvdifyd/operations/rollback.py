"""Asking for a rollback: a new release that runs what an older one ran."""

from __future__ import annotations

from typing import Any

from pvdifyd.errors import ConflictError
from pvdifyd.models import App, Operation, Release, atomic
from pvdifyd.models.operation import ROLLBACK
from pvdifyd.models.release import SUPERSEDED
from pvdifyd.operations import find, request
from pvdifyd.operations.deploy import next_version
from pvdifyd.operations.processes import complete


def request_rollback(name: str, version: int | None, created_by: str) -> tuple[Release, Operation]:
    """A pending release that copies the target (default: the one before), and its operation.

    Raises NotFoundError(app_not_found, release_not_found), ConflictError(app_removing,
    nothing_to_roll_back).
    """
    with atomic():
        app = find.app(name)
        request.refuse_if_removing(app)
        target = default_target(app) if version is None else named_target(app, version)
        release = Release.create(
            app=app,
            version=next_version(app),
            units=target.units,
            image=target.image,
            digest=target.digest,
            config_version=target.config_version,
            processes=complete(with_counts_of(target.processes, app.processes)),
            container_port=target.container_port,
            healthcheck=target.healthcheck,
            rollback_of=target.version,
            created_by=created_by,
        )
        return release, request.queue(app, ROLLBACK, created_by, release.version)


def default_target(app: App) -> Release:
    """The newest superseded release that ran other units than the active one."""
    active = find.active_release(app)
    targets = Release.select().where((Release.app == app) & (Release.status == SUPERSEDED))
    if active is not None:
        targets = targets.where(Release.units != active.units)
    target: Release | None = targets.order_by(Release.version.desc()).first() if active else None
    if target is None:
        raise ConflictError(
            f"{app.name} has no earlier release to go back to. See `pvdify releases {app.name}`.",
            code="nothing_to_roll_back",
        )
    return target


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
