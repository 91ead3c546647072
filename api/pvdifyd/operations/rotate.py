"""Asking for a host's key to be replaced, and everything that is encrypted for it to be encrypted anew."""

from __future__ import annotations

from pvdifyd.models import Operation, atomic
from pvdifyd.models.operation import ROTATE
from pvdifyd.operations import hosts, recipients, request


def request_rotate(name: str, created_by: str) -> Operation:
    """The operation that rotates the key of the host of this name.

    Raises NotFoundError(host_not_found), ConflictError(host_without_recipient).
    """
    with atomic():
        host = hosts.find_host(name)
        recipients.of(host)
        return request.queue(None, ROTATE, created_by, arguments={"host": host.name})
