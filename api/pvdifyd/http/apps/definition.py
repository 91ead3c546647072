"""The whole definition of an app slot, as PUT takes it and as stands in an app's file."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema
from marshmallow import fields as plain

from pvdifyd import names
from pvdifyd.errors import RuleError
from pvdifyd.http.apps.schemas import AppCreateSchema, domain_names
from pvdifyd.http.body import RuleText


class AppDefinitionSchema(AppCreateSchema):
    """The whole of an app slot: what is left out has its default, but for host, bind_port and domains, which stay what
    they are. env_versions: as an export tells the config versions, and not looked at."""

    domains = domain_names()
    env_versions = plain.List(plain.Raw(allow_none=True))

    @validates_schema(skip_on_field_errors=True)
    def _environment_as_the_name_tells(self, data: dict[str, Any], **_: Any) -> None:
        try:
            names.check_environment(
                data["name"], data.get("environment") or names.environment_of(data["name"])
            )
        except RuleError as broken:
            raise ValidationError([RuleText.of(broken)], "environment") from None
