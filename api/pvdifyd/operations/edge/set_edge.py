"""Setting what brings requests for domains to a host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pvdifyd import clock, sops
from pvdifyd.models import Edge, Host, HostSecret, Operation, atomic
from pvdifyd.models.edge import CLOUDFLARE
from pvdifyd.models.operation import EDGE, QUEUED
from pvdifyd.operations import hosts, recipients, request
from pvdifyd.operations.edge.asked import Asked, refuse_missing, secrets_of
from pvdifyd.operations.edge.show import edge_of, last_preparing
from pvdifyd.operations.edge.stranding import refuse_to_strand_records


@dataclass(frozen=True)
class Sealed:
    """documents: {name of a secret: its document}; recipient: whom they are encrypted for."""

    documents: Mapping[str, str]
    recipient: str | None = None


def seal(name: str, asked: Asked) -> Sealed:
    """The documents of the secrets, made before the transaction, in which nobody else could write meanwhile.

    Raises NotFoundError(host_not_found), InvalidError(required, tunnel_credentials, same_tunnel),
    ConflictError(host_without_recipient), UnavailableError(sops_unavailable).
    """
    host = hosts.find_host(name)
    secrets = secrets_of(host, asked)
    if not secrets:
        return Sealed({})
    recipient = recipients.of(host)
    bounds = [{"host": host.name, "name": key, "value": value} for key, value in secrets.items()]
    return Sealed(dict(zip(secrets, sops.encrypt_all(bounds, recipient), strict=True)), recipient)


def set_edge(name: str, asked: Asked, sealed: Sealed, created_by: str) -> Operation:
    """The operation that brings the host its edge, and all of its domains to that; one that waits does for this too.

    Raises what `seal` raises, and ConflictError(edge_in_use) as `refuse_to_strand_records` does.
    """
    with atomic():
        host = hosts.find_host(name)
        if sealed.recipient not in (None, host.recipient):
            # The host got another key meanwhile. Now that nobody can write, it gets none.
            sealed = seal(name, asked)
        before = edge_of(host)
        refuse_to_strand_records(host, before, asked.kind)
        # The edge may be another one by now than when they were made.
        refuse_missing(host, asked)
        _keep(host, before, asked, created_by)
        _keep_secrets(host, asked, sealed)
        waiting = last_preparing(host)
        if waiting is not None and waiting.status == QUEUED and waiting.started_at is None:
            return waiting
        return request.queue(None, EDGE, created_by, arguments={"host": host.name})


def _keep(host: Host, before: Edge | None, asked: Asked, created_by: str) -> None:
    row = before or Edge(host=host)
    row.kind, row.settings, row.prepared = asked.kind, asked.settings, False
    row.updated_at, row.updated_by = clock.now(), created_by
    row.save()


def _keep_secrets(host: Host, asked: Asked, sealed: Sealed) -> None:
    goes = HostSecret.host == host
    if asked.kind == CLOUDFLARE:
        goes &= HostSecret.name.in_(list(sealed.documents))
    HostSecret.delete().where(goes).execute()
    for name, document in sealed.documents.items():
        HostSecret.create(host=host, name=name, document=document, recipient=sealed.recipient)
