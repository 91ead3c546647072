"""The answer to a request that makes, or ends, an operation."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from pvdifyd.http import answers
from pvdifyd.http.operations.schemas import OperationSchema
from pvdifyd.http.services import services
from pvdifyd.models import Operation
from pvdifyd.models.operation import QUEUED
from pvdifyd.operations import show
from pvdifyd.operations.idempotency import Answer


def operation_accepted(request: Callable[[], Operation], *, holds_secrets: bool = False) -> Response:
    """202 with the operation, which is its Location; the worker is told of a queued one once it is committed.

    `holds_secrets`: the request's body may.
    """
    queued: list[int] = []

    def make() -> Answer:
        operation = request()
        if operation.status == QUEUED:
            queued.append(operation.id)
        location = f"/api/v1/operations/{operation.id}"
        return answers.answer(202, OperationSchema(), show.operations([operation])[0], location)

    answer = answers.once(make, holds_secrets=holds_secrets)
    services().announce(queued)
    return answer
