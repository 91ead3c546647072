"""Asking for process types to be stopped, until they are started, scaled or deployed."""

from __future__ import annotations

from pvdifyd.models import Operation, atomic
from pvdifyd.models.operation import STOP
from pvdifyd.operations import find, request


def request_stop(name: str, process: str | None, created_by: str) -> Operation:
    """The operation that stops a process type, or all of them; their counts are kept.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, not_deployed), InvalidError(known_process).
    """
    with atomic():
        app = find.app(name)
        release = request.serving_release(app)
        if process is not None:
            request.check_process(release, "process", process)
        return request.queue(app, STOP, created_by, arguments={"process": process})
