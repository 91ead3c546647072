"""The answer to a change of an app's config."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from pvdifyd.http import answers
from pvdifyd.http.config import tags
from pvdifyd.http.config.schemas import ConfigChangedSchema
from pvdifyd.http.services import services
from pvdifyd.operations.config import show
from pvdifyd.operations.config.change import Changed
from pvdifyd.operations.config.sealing import Sealed
from pvdifyd.operations.idempotency import Answer


def config_changed(seal: Callable[[], Sealed], change: Callable[[Sealed], Changed]) -> Response:
    """202 with the config, and as Location the operation that brings it to what runs; 200 where nothing does. What is
    sealed is so before the transaction begins; the worker is told once it is committed."""
    kept = answers.answered_before(holds_secrets=True)
    if kept is not None:
        return kept
    sealed = seal()
    queued: list[int] = []

    def make() -> Answer:
        made = change(sealed)
        if made.operation is not None:
            queued.append(made.operation.id)
        return _answer(made)

    answer = answers.once(make, holds_secrets=True)
    services().announce(queued)
    return answer


def _answer(made: Changed) -> Answer:
    tag = tags.headers(made.app, made.version.version if made.version else None)
    body = show.changed(made)
    if made.operation is None:
        return answers.answer(200, ConfigChangedSchema(), body, headers=tag)
    location = f"/api/v1/operations/{made.operation.id}"
    return answers.answer(202, ConfigChangedSchema(), body, location, tag)
