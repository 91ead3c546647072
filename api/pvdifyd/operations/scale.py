"""Asking for other counts of instances; the release stays what it is, unless it would start with a config of before."""

from __future__ import annotations

from pvdifyd.models import Operation, atomic
from pvdifyd.models.operation import SCALE
from pvdifyd.operations import find, request
from pvdifyd.operations.config.release import request_starting_release


def request_scale(name: str, counts: dict[str, int], created_by: str) -> Operation:
    """The operation that brings these counts to the app's host; types that are not named keep theirs. Where that starts
    an app that is stopped whole, it is a release if the config was changed meanwhile, as a start is.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, not_deployed), InvalidError(known_process).
    """
    with atomic():
        app = find.app(name)
        release = request.serving_release(app)
        for process in counts:
            request.check_process(release, f"processes.{process}", process)
        asked = {"processes": counts}
        starts = any(counts.values())
        starting = request_starting_release(app, release, created_by, asked) if starts else None
        return starting or request.queue(app, SCALE, created_by, arguments=asked)
