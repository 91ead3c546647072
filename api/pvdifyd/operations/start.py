"""Asking for stopped process types to run again."""

from __future__ import annotations

from pvdifyd.models import Operation, atomic
from pvdifyd.models.operation import START
from pvdifyd.operations import find, request


def request_start(name: str, process: str | None, created_by: str) -> Operation:
    """The operation that starts a process type, or all of them, with the counts they had.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, not_deployed), InvalidError(known_process).
    """
    with atomic():
        app = find.app(name)
        release = request.serving_release(app)
        if process is not None:
            request.check_process(release, "process", process)
        return request.queue(app, START, created_by, arguments={"process": process})
