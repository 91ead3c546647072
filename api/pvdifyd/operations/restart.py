"""Asking for instances to be restarted, one at a time."""

from __future__ import annotations

from pvdifyd.errors import InvalidError
from pvdifyd.models import App, Operation, Release, atomic
from pvdifyd.models.operation import RESTART
from pvdifyd.operations import find, request
from pvdifyd.operations.formation import stored


def request_restart(name: str, process: str | None, instance: int | None, created_by: str) -> Operation:
    """The operation that restarts one instance, a process type, or all of the app.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, not_deployed), InvalidError(known_process,
    known_instance).
    """
    with atomic():
        app = find.app(name)
        release = request.serving_release(app)
        if process is not None:
            request.check_process(release, "process", process)
            if instance is not None:
                check_instance(app, release, process, instance)
        arguments = {"process": process, "instance": instance}
        return request.queue(app, RESTART, created_by, arguments=arguments)


def check_instance(app: App, release: Release, process: str, instance: int) -> None:
    """Raises InvalidError(known_instance) when the type has fewer instances."""
    running = stored(app, release).effective(process)
    if instance > running:
        has = f"has instances 1 to {running}" if running else "has no instance that runs"
        raise InvalidError.field(
            "instance",
            instance,
            "known_instance",
            f"There is no {process}.{instance}: {process} {has}. See `pvdify ps {app.name}`.",
        )
