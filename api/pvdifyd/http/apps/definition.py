"""The whole definition of an app slot, as PUT takes it and as stands in an app's file."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema
from marshmallow import fields as plain

from pvdifyd import names
from pvdifyd.errors import RuleError
from pvdifyd.http.apps.schemas import AppCreateSchema
from pvdifyd.http.body import RuleText
from pvdifyd.http.fields import rule


def check_domains(domains: list[Any]) -> None:
    """No domain can be attached yet; raises RuleError(no_domains_yet)."""
    if domains:
        raise RuleError(
            "no_domains_yet", "Domains can't be attached by this version of pvdify yet: leave them out."
        )


class AppDefinitionSchema(AppCreateSchema):
    """The whole of an app slot: what is left out has its default, but for host and bind_port, which stay what they are.
    domains: none yet; env_versions: as an export tells the config versions, and not looked at."""

    domains = plain.List(plain.Raw(allow_none=True), validate=rule(check_domains))
    env_versions = plain.List(plain.Raw(allow_none=True))

    @validates_schema(skip_on_field_errors=True)
    def _environment_as_the_name_tells(self, data: dict[str, Any], **_: Any) -> None:
        try:
            names.check_environment(
                data["name"], data.get("environment") or names.environment_of(data["name"])
            )
        except RuleError as broken:
            raise ValidationError([RuleText.of(broken)], "environment") from None
