"""Asking for other counts of instances; the release stays what it is."""

from __future__ import annotations

from pvdifyd.models import Operation, atomic
from pvdifyd.models.operation import SCALE
from pvdifyd.operations import find, request


def request_scale(name: str, counts: dict[str, int], created_by: str) -> Operation:
    """The operation that brings these counts to the app's host; types that are not named keep theirs.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, not_deployed), InvalidError(known_process).
    """
    with atomic():
        app = find.app(name)
        release = request.serving_release(app)
        for process in counts:
            request.check_process(release, f"processes.{process}", process)
        return request.queue(app, SCALE, created_by, arguments={"processes": counts})
