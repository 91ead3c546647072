"""What the lines of a thread are about: the request that is answered, the operation that is run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_request: ContextVar[str | None] = ContextVar("request", default=None)
_operation: ContextVar[int | None] = ContextVar("operation", default=None)


def begin_request(request_id: str) -> None:
    """From now on this thread's lines are about this request, until `end_request` or the next one."""
    _request.set(request_id)


def end_request() -> None:
    """The request's answer was sent."""
    _request.set(None)


def request_id() -> str | None:
    """The id of the request that is answered, if one is."""
    return _request.get()


@contextmanager
def of_operation(operation_id: int, asked_by: str | None) -> Iterator[None]:
    """The lines within are about this operation, and about the request that asked for it (None: no request did)."""
    operation, request = _operation.set(operation_id), _request.set(asked_by)
    try:
        yield
    finally:
        _operation.reset(operation)
        _request.reset(request)


def fields() -> dict[str, str | int]:
    """What a line of this thread is about, as it stands in it."""
    about: dict[str, str | int | None] = {"request": _request.get(), "operation": _operation.get()}
    return {name: value for name, value in about.items() if value is not None}
