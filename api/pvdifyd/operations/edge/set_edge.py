"""Setting what brings requests for domains to a host."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pvdifyd import clock, sops
from pvdifyd.errors import InvalidError, RuleError
from pvdifyd.models import Edge, Host, HostSecret, Operation, atomic
from pvdifyd.models.edge import CLOUDFLARE
from pvdifyd.models.host_secret import CLOUDFLARE_TOKEN, TUNNEL_CREDENTIALS
from pvdifyd.models.operation import EDGE, QUEUED
from pvdifyd.operations import hosts, recipients, request
from pvdifyd.operations.edge import rules
from pvdifyd.operations.edge.show import edge_of, last_preparing, secret_names
from pvdifyd.operations.edge.stranding import refuse_to_strand_records

# Where each secret stands in a request.
_FIELDS = {CLOUDFLARE_TOKEN: "cloudflare.token", TUNNEL_CREDENTIALS: "cloudflare.credentials"}

_NEVER_GIVEN = (
    "Cloudflare needs it, and it was not given before. It is encrypted at once, and never told again."
)
_OF_ANOTHER_ENDPOINT = (
    "The token that is kept is for another endpoint, and goes nowhere else. Give one for this: --token-stdin."
)
_OF_ANOTHER_TUNNEL = (
    "Those that are kept are of another tunnel, or account. Give those of this one: --credentials-file FILE."
)


@dataclass(frozen=True)
class Asked:
    """An edge as it was asked for; settings: without its secrets; secrets: {name: text}, those that were given."""

    kind: str
    settings: dict[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


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
    secrets = _checked(host, asked)
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
        _refuse_missing(host, asked)
        _keep(host, before, asked, created_by)
        _keep_secrets(host, asked, sealed)
        waiting = last_preparing(host)
        if waiting is not None and waiting.status == QUEUED and waiting.started_at is None:
            return waiting
        return request.queue(None, EDGE, created_by, arguments={"host": host.name})


def _checked(host: Host, asked: Asked) -> dict[str, str]:
    """The secrets as they are kept; what is needed is given, or was before."""
    if asked.kind != CLOUDFLARE:
        return {}
    _refuse_missing(host, asked)
    given = dict(asked.secrets)
    if TUNNEL_CREDENTIALS in given:
        given[TUNNEL_CREDENTIALS] = _credentials(given[TUNNEL_CREDENTIALS], asked.settings)
    return given


def _refuse_missing(host: Host, asked: Asked) -> None:
    """Raises InvalidError(required) for a secret that is not given, and is not kept for what was asked for."""
    if asked.kind != CLOUDFLARE:
        return
    kept, elsewhere = set(secret_names(host)), _kept_for_another(edge_of(host), asked)
    for name, field_name in _FIELDS.items():
        if name not in asked.secrets and (name not in kept or name in elsewhere):
            raise InvalidError.field(field_name, None, "required", elsewhere.get(name, _NEVER_GIVEN))


def _kept_for_another(before: Edge | None, asked: Asked) -> dict[str, str]:
    """{name: why} of the secrets that are kept for something else: a token is sent to whom it was given for and nobody
    else, and credentials open one tunnel."""
    if before is None or before.kind != CLOUDFLARE:
        return {}
    differs = {name for name, value in asked.settings.items() if before.settings.get(name) != value}
    found = {}
    if "endpoint" in differs:
        found[CLOUDFLARE_TOKEN] = _OF_ANOTHER_ENDPOINT
    if differs & {"account_id", "tunnel_id"}:
        found[TUNNEL_CREDENTIALS] = _OF_ANOTHER_TUNNEL
    return found


def _credentials(text: str, settings: dict[str, Any]) -> str:
    field_name = _FIELDS[TUNNEL_CREDENTIALS]
    try:
        found = rules.credentials_of(text)
    except RuleError as broken:
        raise InvalidError.field(field_name, None, broken.rule, broken.detail) from None
    if (found["AccountTag"], found["TunnelID"]) != (settings["account_id"], settings["tunnel_id"]):
        message = (
            "These are the credentials of another tunnel, or account, than account_id and tunnel_id name."
        )
        raise InvalidError.field(field_name, None, "same_tunnel", message)
    return json.dumps(found, sort_keys=True)


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
