"""Counting each answer by its method, its route and its status."""

from __future__ import annotations

import time

from flask import Response, g, request

from pvdifyd.errors import PvdifydError
from pvdifyd.http.metrics.metrics import METHODS, OTHER_METHOD
from pvdifyd.http.route_name import route_of_request
from pvdifyd.http.services import services

# What the counter of refused tokens tells apart.
REFUSALS = frozenset(
    (
        "unauthenticated",
        "token_expired",
        "token_revoked",
        "token_in_url",
        "forbidden",
        "app_forbidden",
        "too_many_attempts",
    )
)


def count_answer(answer: Response) -> Response:
    """To be called after every request."""
    method = request.method if request.method in METHODS else OTHER_METHOD
    route = route_of_request()
    metrics = services().metrics
    metrics.requests.labels(method, route, answer.status_code).inc()
    metrics.duration.labels(method, route).observe(time.monotonic() - g.began)
    return answer


def count_refusal(error: PvdifydError) -> None:
    """Count a request that was refused for its token."""
    if error.code in REFUSALS:
        services().metrics.tokens_refused.labels(error.code).inc()
