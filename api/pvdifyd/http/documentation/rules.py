"""What the API's description says of our rules: as much of each as a JSON Schema can tell.

The checks stay what decides. A body that keeps to the description breaks no rule but those that no schema can tell, and
one that does not is refused: tests/contract sends thousands of both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from marshmallow import fields as plain

from pvdifyd import image_reference, names
from pvdifyd.http import fields
from pvdifyd.http.apps import schemas as apps
from pvdifyd.http.audit import times
from pvdifyd.http.documentation import edge_rules
from pvdifyd.http.logs import schemas as logs
from pvdifyd.operations import resources
from pvdifyd.operations.config import rules as config
from pvdifyd.operations.domains import rules as domains
from pvdifyd.operations.registries import rules as registries
from pvdifyd.operations.tokens import rules as tokens

Said = dict[str, Any]

_SAYS = (
    "minLength",
    "maxLength",
    "pattern",
    "not",
    "minimum",
    "maximum",
    "minProperties",
    "maxProperties",
    "maxItems",
)
_FILE: Said = json.loads(files("pvdifyd.http.schemas").joinpath("app.schema.json").read_bytes())


def _as_in_the_file(*steps: str) -> Said:
    """What the schema of an app's file says of the field."""
    found = _FILE["properties"]
    for step in steps:
        found = found[step]
    return {key: found[key] for key in _SAYS if key in found}


def _durations(units: str) -> str:
    return rf"^[1-9][0-9]{{0,5}}[{units}]$"


_MOMENT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
_HEX, _HEX_32 = "[0-9a-f]{1,16}", "[0-9a-f]{32}"

APP_NAME = _as_in_the_file("name")
HOST_NAME = _as_in_the_file("host")
PROCESS_TYPE = _as_in_the_file("processes", "propertyNames")
CONFIG_KEY: Said = {
    "maxLength": config.KEY_LIMIT,
    "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
    "not": {"pattern": "^(PORT$|PVDIFY_)"},
}
REGISTRY: Said = {
    "maxLength": registries.REGISTRY_LIMIT,
    "pattern": r"^([A-Za-z0-9]+([.-]+[A-Za-z0-9]+)*|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?$",
    "not": {"pattern": r"\.\."},
}
# What IDNA makes of a name, no pattern can tell.
DOMAIN = _as_in_the_file("domains", "items")
TOKEN_NAME: Said = {"maxLength": tokens.NAME_LIMIT, "pattern": "^[A-Za-z0-9][A-Za-z0-9._@-]*$"}
CURSOR: Said = {
    "pattern": f"^s={_HEX_32};i={_HEX};b={_HEX_32};m={_HEX};t={_HEX};x={_HEX}$",
    "examples": [f"s={'0a' * 16};i=4f2;b={'1b' * 16};m=5c01;t=647a3f0c9e1d2;x=9d3f"],
}
ONE_LINE: Said = {"pattern": r"^[^\u0000\r\n]*$"}

SAID: Mapping[Callable[..., Any], Said] = {
    names.check_app_name: APP_NAME,
    names.check_host_name: HOST_NAME,
    names.check_process_type: PROCESS_TYPE,
    image_reference.parse: _as_in_the_file("image"),
    resources.memory_bytes: _as_in_the_file("resources", "properties", "memory"),
    fields.check_command: {"maxLength": fields.COMMAND_LIMIT, **ONE_LINE},
    apps.check_path: _as_in_the_file("healthcheck", "properties", "path"),
    apps.check_interval: _as_in_the_file("healthcheck", "properties", "interval"),
    apps.check_process_types: _as_in_the_file("processes"),
    apps.check_domains: _as_in_the_file("domains"),
    config.check_key: CONFIG_KEY,
    config.check_value: {"maxLength": config.VALUE_LIMIT, "pattern": r"^[^\u0000]*$"},
    config.check_message: {"maxLength": config.MESSAGE_LIMIT, "pattern": r"^[^\u0000-\u001f\u007f]*$"},
    config.check_count: {"maxProperties": config.COUNT_LIMIT},
    registries.check_username: {
        "minLength": 1,
        "maxLength": registries.USERNAME_LIMIT,
        "pattern": r"^[^:\u0000-\u001f\u007f]*$",
    },
    registries.check_password: {"minLength": 1, "maxLength": registries.PASSWORD_LIMIT, **ONE_LINE},
    domains.domain_named: DOMAIN,
    tokens.check_name: TOKEN_NAME,
    tokens.checked_apps: {
        "items": {"type": "string", **APP_NAME},
        "minItems": 1,
        "maxItems": tokens.APPS_LIMIT,
    },
    tokens.expiry: {"pattern": f"{_durations('mhd')}|^{tokens.NEVER}$"},
    logs.check_cursor: CURSOR,
    **edge_rules.SAID,
    times.check_moment: {"pattern": f"{_durations('smhd')}|{_MOMENT}"},
}

# Fields whose rule is their class.
_OF_CLASS: Mapping[type[plain.Field[Any]], Said] = {
    fields.Cpu: _as_in_the_file("resources", "properties", "cpu"),
    logs.QueryTime: {"pattern": f"{_durations('smh')}|{_MOMENT}"},
}


def said(field: plain.Field[Any]) -> Said:
    """What a schema can say of the field's rules."""
    found = dict(_OF_CLASS.get(type(field), {}))
    for validator in field.validators:
        if isinstance(validator, fields.Rule):
            found.update(SAID.get(validator.check, {}))
    return found
