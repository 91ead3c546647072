"""Setting what brings requests for domains to a host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pvdifyd import sops
from pvdifyd.errors import ConflictError
from pvdifyd.models import Edge, Host, HostSecret, Operation, atomic
from pvdifyd.models.edge import CLOUDFLARE
from pvdifyd.models.operation import EDGE, QUEUED
from pvdifyd.operations import hosts, recipients, request
from pvdifyd.operations.edge import find
from pvdifyd.operations.edge.asked import Asked, refuse_missing, secrets_of
from pvdifyd.operations.edge.show import last_preparing
from pvdifyd.operations.edge.stranding import refuse_to_strand_records
from pvdifyd.operations.edge.take_over import forget


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
    Until it has ended, what is asked for stands beside the edge in force, for others to go by.

    Raises what `seal` raises, ConflictError(edge_in_use) as `refuse_to_strand_records` does, and
    ConflictError(tunnel_in_use).
    """
    with atomic():
        host = hosts.find_host(name)
        if sealed.recipient not in (None, host.recipient):
            # The host got another key meanwhile. Now that nobody can write, it gets none.
            sealed = seal(name, asked)
        refuse_to_strand_records(host, asked.kind)
        # The edge may be another one by now than when they were made.
        refuse_missing(host, asked)
        _refuse_tunnel_of_another(host, asked)
        secrets = _secrets(host, asked, sealed)
        operation = _waiting(host) or request.queue(None, EDGE, created_by, arguments={"host": host.name})
        forget(operation)
        Edge.create(
            host=host, operation=operation, kind=asked.kind, settings=asked.settings, updated_by=created_by
        )
        for name, (document, recipient) in secrets.items():
            HostSecret.create(
                host=host, operation=operation, name=name, document=document, recipient=recipient
            )
        return operation


def _refuse_tunnel_of_another(host: Host, asked: Asked) -> None:
    """A tunnel has one set of routes: each of two hosts would tell its own."""
    if asked.kind != CLOUDFLARE:
        return
    tunnel = asked.settings["tunnel_id"]
    for edge in Edge.select().where((Edge.host != host) & (Edge.kind == CLOUDFLARE)):
        if edge.settings["tunnel_id"] == tunnel:
            raise ConflictError(
                f"The tunnel {tunnel} is that of {edge.host.name}, and one tunnel can't bring requests to two hosts. "
                f"Make one for {host.name}, `cloudflared tunnel create {host.name}`, and name that.",
                code="tunnel_in_use",
            )


def _secrets(host: Host, asked: Asked, sealed: Sealed) -> dict[str, tuple[str, str | None]]:
    """Document and recipient of each secret: those that were given, beside those that are kept."""
    before = find.newest(host)
    kept = find.secrets_of(before) if before is not None and asked.kind == CLOUDFLARE else ()
    given = {name: (document, sealed.recipient) for name, document in sealed.documents.items()}
    return {**{row.name: (row.document, row.recipient) for row in kept}, **given}


def _waiting(host: Host) -> Operation | None:
    last = last_preparing(host)
    return last if last is not None and last.status == QUEUED and last.started_at is None else None
