"""Asking for stopped process types to run again."""

from __future__ import annotations

from pvdifyd.models import Operation, atomic
from pvdifyd.models.operation import START
from pvdifyd.operations import find, request
from pvdifyd.operations.config.release import request_starting_release


def request_start(name: str, process: str | None, created_by: str) -> Operation:
    """The operation that starts a process type, or all of them, with the counts they had. Of an app that is stopped
    whole it is a release, where the config was changed meanwhile: nothing starts with what is no longer wanted.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, not_deployed), InvalidError(known_process).
    """
    with atomic():
        app = find.app(name)
        release = request.serving_release(app)
        if process is not None:
            request.check_process(release, "process", process)
        asked = {"process": process}
        starting = request_starting_release(app, release, created_by, {"start": asked})
        return starting or request.queue(app, START, created_by, arguments=asked)
