"""The JSON Schema of an app's file: published, written down, and of one mind with the API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError as MarshmallowError

from pvdifyd.http.apps.definition import AppDefinitionSchema
from pvdifyd.http.body import refusal
from pvdifyd.names import environment_of
from pvdifyd.operations import ports, resources
from tests.api.conftest import Api

DOCUMENT = Path(__file__).parents[3] / "docs" / "app.schema.json"
SCHEMA = json.loads(DOCUMENT.read_text(encoding="utf-8"))

# What no JSON Schema can tell: that a command can be split, that 16M is less than 16385K, that 0.125 has too many
# decimals, that the timeout is longer than the interval, what IDNA makes of a name.
BEYOND = {"command", "memory", "cpu", "timeout_within_interval", "domain_name"}


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
    """As ECMA-262 reads it: $ is the very end, where Python's is before a last line end too."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$(?=$|\|)", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match")


VALIDATOR = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})(SCHEMA)


def rules_broken(definition: Any) -> set[str]:
    """The rules by which the API refuses a definition."""
    schema = AppDefinitionSchema()
    try:
        schema.load(definition)
    except MarshmallowError as error:
        of_a_body = MarshmallowError({"json": error.messages}, data=definition)
        return {one.rule for one in refusal(of_a_body, schema).errors}
    return set()


def agrees(definition: Any) -> bool:
    """Whether schema and API say the same; where only rules beyond a schema are broken, it may say either."""
    broken, valid = rules_broken(definition), VALIDATOR.is_valid(definition)
    if broken and broken <= BEYOND:
        return True
    return valid == (not broken)


def test_it_is_published_without_a_token(api: Api) -> None:
    answer = api.client.get("/api/v1/schemas/app.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/schema+json")
    assert answer.text == DOCUMENT.read_text(encoding="utf-8"), (
        "run: cp api/pvdifyd/http/schemas/app.schema.json docs/app.schema.json"
    )


def test_it_is_a_json_schema_and_each_field_is_described() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    fields = AppDefinitionSchema().fields
    assert set(SCHEMA["properties"]) == set(fields)
    assert all(field["description"] for field in SCHEMA["properties"].values())


def test_its_defaults_are_those_of_the_api() -> None:
    loaded: Any = AppDefinitionSchema().load(
        {"name": "myapp", "processes": {"web": {}}, "healthcheck": {"path": "/"}}
    )
    check = SCHEMA["properties"]["healthcheck"]["properties"]
    for name in ("interval", "timeout", "retries"):
        assert check[name]["default"] == loaded["healthcheck"][name]
    assert SCHEMA["$defs"]["process"]["properties"]["count"]["default"] == 1
    for environment, limits in resources.DEFAULTS.items():
        told = rf"{environment} {limits['memory']} and {limits['cpu']}\b"
        assert re.search(told, SCHEMA["properties"]["resources"]["description"])


@pytest.mark.parametrize(
    "definition",
    [
        {"name": "myapp"},
        {"name": "myapp-staging", "environment": "staging"},
        {"name": "myapp-pr-1", "environment": "preview"},
        {"name": "-pr-1"},
        {"name": "a-pr-1x", "environment": "production"},
        {"name": "myapp\n"},
        {"name": "myapp", "environment": "preview"},
        {"name": "a" * 41},
        {"name": "a--b"},
        {"environment": "staging"},
        {"name": "myapp", "host": "all"},
        {"name": "myapp", "image": "ghcr.io/acme/myapp:v2"},
        {"name": "myapp", "image": "registry.example.com:5000/a/b@sha256:" + "0" * 64},
        {"name": "myapp", "image": "0" * 64},
        {"name": "myapp", "image": "UPPER"},
        {"name": "myapp", "image": "nginx\n"},
        {"name": "myapp", "processes": {}},
        {"name": "myapp", "processes": {f"p{number}": {} for number in range(21)}},
        {"name": "myapp", "processes": {"web": {"overlap": False}}},
        {"name": "myapp", "processes": {"worker": {"overlap": False}}},
        {"name": "myapp", "processes": {"we-b": {}}},
        {"name": "myapp", "processes": {"web": {"count": 101}}},
        {"name": "myapp", "processes": {"web": {"count": True}}},
        {"name": "myapp", "processes": {"web": None}},
        {"name": "myapp", "bind_port": ports.FIRST},
        {"name": "myapp", "bind_port": ports.FIRST - 1},
        {"name": "myapp", "bind_port": ports.LAST + 1},
        {"name": "myapp", "bind_port": None},
        {"name": "myapp", "container_port": 65536},
        {"name": "myapp", "healthcheck": {}},
        {"name": "myapp", "healthcheck": {"path": "//evil"}},
        {"name": "myapp", "healthcheck": {"path": "/", "interval": "3601s"}},
        {"name": "myapp", "healthcheck": {"path": "/", "interval": "3600s"}},
        {"name": "myapp", "healthcheck": {"path": "/", "interval": "61m"}},
        {"name": "myapp", "healthcheck": {"path": "/", "timeout": "0s"}},
        {"name": "myapp", "domains": []},
        {"name": "myapp", "domains": ["myapp.com", "*.MyApp.com.", "b\u00fccher\u3002example\uff0e"]},
        {"name": "myapp", "domains": None},
        {"name": "myapp", "domains": [None]},
        {"name": "myapp", "env_versions": [{"v1": {}}, None]},
        {"name": "myapp", "env_versions": {}},
        {"name": "myapp", "surprise": 1},
        [],
        None,
    ],
)
def test_schema_and_api_agree_on(definition: Any) -> None:
    assert agrees(definition), (rules_broken(definition), list(VALIDATOR.iter_errors(definition)))


@pytest.mark.parametrize(
    ("field", "broken"),
    [
        ("processes", {"web": {"command": "a\nb"}}),
        ("processes", {"web": {"command": "x" * 4097}}),
        ("resources", {"memory": "512"}),
        ("resources", {"cpu": 0}),
        ("resources", {"cpu": 4097}),
        ("resources", {"cpu": "0.5"}),
        ("domains", ["localhost"]),
        ("domains", ["*.com"]),
        ("domains", ["*.*.myapp.com"]),
        ("domains", ["https://myapp.com"]),
        ("domains", ["myapp..com"]),
        ("domains", ["my_app.com"]),
        ("domains", ["a." * 600 + "com"]),
        ("domains", ["myapp.com"] * 1001),
    ],
)
def test_what_can_be_told_of_the_other_rules_is_told(field: str, broken: Any) -> None:
    definition = {"name": "myapp", field: broken}
    assert rules_broken(definition)
    assert not VALIDATOR.is_valid(definition)


# JSON Schema counts 3.0 among the integers, and the API does not.
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 70_000)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer())
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=4,
)
names = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}(-staging|-pr-[0-9]{1,3})?", fullmatch=True)
durations = st.from_regex(r"[0-9]{1,4}[smhd]", fullmatch=True)
good = {
    "environment": st.sampled_from(("production", "staging", "preview")),
    "host": names,
    "image": st.none() | st.from_regex(r"[a-z0-9.:/_@A-Z-]{1,30}", fullmatch=True),
    "processes": st.dictionaries(
        st.sampled_from(("web", "worker", "scheduler")),
        st.fixed_dictionaries(
            {},
            optional={
                "command": st.none() | st.text(max_size=12),
                "count": st.integers(-1, 101),
                "overlap": st.booleans(),
            },
        ),
        max_size=3,
    ),
    "bind_port": st.none() | st.integers(2999, 20_000),
    "container_port": st.none() | st.integers(0, 65_536),
    "resources": st.fixed_dictionaries(
        {},
        optional={
            "memory": st.from_regex(r"[0-9]{1,4}[KMGTm]?", fullmatch=True),
            "cpu": st.floats(0, 2, width=16),
        },
    ),
    "healthcheck": st.none()
    | st.fixed_dictionaries(
        {"path": st.from_regex(r"/[!-~]{0,8}", fullmatch=True)},
        optional={"interval": durations, "timeout": durations, "retries": st.integers(0, 101)},
    ),
    "domains": st.lists(
        st.from_regex(r"(\*\.)?[A-Za-z\u00df0-9_-]{1,4}([.\u3002][a-z]{1,3}){0,3}[.\u3002]?", fullmatch=True),
        max_size=3,
    ),
    "env_versions": st.lists(anything, max_size=2),
}


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """A definition: most of its fields are right, or nearly so, and here and there is anything at all."""
    name = draw(names)
    definition = draw(st.fixed_dictionaries({"name": st.just(name)}, optional=good))
    if draw(st.booleans()):
        definition["environment"] = environment_of(name)
    if draw(st.integers(0, 3)) == 0:
        definition[draw(st.sampled_from([*good, "name", "other"]))] = draw(anything)
    return definition


@settings(max_examples=600)
@given(definitions())
def test_schema_and_api_agree_on_generated_definitions(definition: dict[str, Any]) -> None:
    assert agrees(definition), (rules_broken(definition), list(VALIDATOR.iter_errors(definition)))
