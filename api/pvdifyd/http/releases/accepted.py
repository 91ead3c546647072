"""The answer to a request that makes a release."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from pvdifyd.http import answers
from pvdifyd.http.releases.schemas import ReleaseSchema
from pvdifyd.http.services import services
from pvdifyd.models import Operation, Release
from pvdifyd.operations import show
from pvdifyd.operations.idempotency import Answer


def release_accepted(request: Callable[[], tuple[Release, Operation]]) -> Response:
    """202 with the release, and its operation as Location; the worker is told once it is committed."""
    made: list[int] = []

    def make() -> Answer:
        release, operation = request()
        made.append(operation.id)
        location = f"/api/v1/operations/{operation.id}"
        return answers.answer(202, ReleaseSchema(), show.releases([release])[0], location)

    answer = answers.once(make)
    services().announce(made)
    return answer
