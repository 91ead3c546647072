"""Edges in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, validate, validates_schema
from marshmallow import fields as plain

from pvdifyd.errors import RuleError
from pvdifyd.http.body import RuleText
from pvdifyd.http.fields import WholeNumber, rule, text
from pvdifyd.models import edge as edges
from pvdifyd.models import host_secret
from pvdifyd.operations.edge import rules


class InstallSchema(Schema):
    """How cloudflared comes to the host: from Cloudflare's package repository; as a binary, from `url` and with this
    `sha256`; or it is there already."""

    way = plain.String(validate=validate.OneOf(rules.WAYS), load_default="package")
    version = text(rules.check_version, allow_none=True, load_default=None)
    url = text(rules.check_https_url, allow_none=True, load_default=None)
    sha256 = text(rules.check_sha256, allow_none=True, load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def _a_binary_is_known(self, data: dict[str, Any], **_: Any) -> None:
        for name in ("url", "sha256"):
            if (data["way"] == "binary") != (data[name] is not None):
                needs = "needs" if data["way"] == "binary" else "takes no"
                broken = RuleError("install", f"The way {data['way']} {needs} {name}.")
                raise ValidationError([RuleText.of(broken)], name)


def _install() -> dict[str, Any]:
    return {"way": "package", "version": None, "url": None, "sha256": None}


class CloudflareSchema(Schema):
    """A Cloudflare Tunnel. management: whether its routes stand in a file on the host or at Cloudflare; tls: whether
    another mode of a zone than Full (strict) is only reported or set; authority: a certificate in PEM to trust for the
    endpoint beside the system's."""

    account_id = text(rules.check_account_id)
    tunnel_id = text(rules.check_tunnel_id)
    management = plain.String(validate=validate.OneOf(rules.MANAGEMENTS), load_default="local")
    tls = plain.String(validate=validate.OneOf(rules.TLS), load_default="report")
    endpoint = text(rules.check_https_url, load_default=rules.ENDPOINT)
    authority = text(rules.check_authority, allow_none=True, load_default=None)
    install = plain.Nested(InstallSchema, load_default=_install)
    metrics_port = WholeNumber(
        *rules.METRICS_PORTS, validate=rule(rules.check_metrics_port), load_default=rules.METRICS_PORT
    )


class CloudflareAskedSchema(CloudflareSchema):
    """token: of Cloudflare's API, which may edit DNS and tunnels; credentials: the tunnel's, as the file's content or
    its token. Both are encrypted at once and never told again; left out, they stay what they were."""

    account_id = text(rules.check_account_id, required=True)
    tunnel_id = text(rules.check_tunnel_id, required=True)
    token = text(rules.check_token, metadata={"writeOnly": True, "format": "password"})
    credentials = text(rules.credentials_of, metadata={"writeOnly": True, "format": "password"})


class CaddySchema(Schema):
    """Caddy. certificates: public ones that it gets by itself, or those of its own authority; email: for the public
    authority to write to."""

    certificates = plain.String(validate=validate.OneOf(rules.CERTIFICATES), load_default="automatic")
    email = text(rules.check_email, allow_none=True, load_default=None)


class EdgeAskedSchema(Schema):
    """The whole of an edge: what is left out has its default."""

    # A misspelt field may hold a token: nothing of the body is repeated.
    repeats_values = False

    kind = plain.String(required=True, validate=validate.OneOf(edges.KINDS))
    cloudflare = plain.Nested(CloudflareAskedSchema)
    caddy = plain.Nested(CaddySchema)

    @validates_schema(skip_on_field_errors=True)
    def _settings_of_the_kind(self, data: dict[str, Any], **_: Any) -> None:
        for name in (edges.CLOUDFLARE, edges.CADDY):
            if name in data and data["kind"] != name:
                broken = RuleError("settings_of_kind", f"These are settings of the kind {name} alone.")
                raise ValidationError([RuleText.of(broken)], name)
        if data["kind"] == edges.CLOUDFLARE and edges.CLOUDFLARE not in data:
            broken = RuleError("required", "Missing data for required field.")
            raise ValidationError([RuleText.of(broken)], edges.CLOUDFLARE)


class EdgeSchema(Schema):
    """A host's edge. ready: domains can be added; operation: the last one that was to prepare the host for it; secrets:
    the names of those that the host has."""

    host = plain.String()
    kind = plain.String(validate=validate.OneOf(edges.KINDS))
    ready = plain.Boolean()
    operation = plain.Integer(allow_none=True)
    cloudflare = plain.Nested(CloudflareSchema, allow_none=True)
    caddy = plain.Nested(CaddySchema, allow_none=True)
    secrets = plain.List(plain.String(validate=validate.OneOf(host_secret.NAMES)))
    updated_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    updated_by = plain.String(allow_none=True)


class TunnelSchema(Schema):
    """How a host's tunnel is now. ready: it is connected; connections: how many; in_force: cloudflared routes what
    pvdify has written; version: cloudflared's."""

    host = plain.String()
    ready = plain.Boolean()
    connections = plain.Integer(allow_none=True)
    in_force = plain.Boolean(allow_none=True)
    version = plain.String(allow_none=True)
