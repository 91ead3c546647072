"""An edge as it was asked for, and its secrets: given with it, or kept for the same thing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pvdifyd.errors import InvalidError, RuleError
from pvdifyd.models import Edge, Host
from pvdifyd.models.edge import CLOUDFLARE
from pvdifyd.models.host_secret import CLOUDFLARE_TOKEN, TUNNEL_CREDENTIALS
from pvdifyd.operations.edge import rules
from pvdifyd.operations.edge.find import newest
from pvdifyd.operations.edge.show import secret_names

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


def secrets_of(host: Host, asked: Asked) -> dict[str, str]:
    """The secrets that were given, as they are to be kept, and none where the edge needs none.

    Raises InvalidError(required, tunnel_credentials, same_tunnel).
    """
    if asked.kind != CLOUDFLARE:
        return {}
    refuse_missing(host, asked)
    given = dict(asked.secrets)
    if TUNNEL_CREDENTIALS in given:
        given[TUNNEL_CREDENTIALS] = _credentials(given[TUNNEL_CREDENTIALS], asked.settings)
    return given


def refuse_missing(host: Host, asked: Asked) -> None:
    """Raises InvalidError(required) for a secret that is not given, and is not kept for what was asked for."""
    if asked.kind != CLOUDFLARE:
        return
    kept, elsewhere = set(secret_names(host)), _kept_for_another(newest(host), asked)
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
