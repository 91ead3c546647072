"""The command line shows differences with defaults of its own: they are the server's."""

from __future__ import annotations

from typing import Any

import pytest

from pvdify.arguments.domain_name import canonical
from pvdify.declared import slot
from pvdifyd import names
from pvdifyd.http.apps.definition import AppDefinitionSchema
from pvdifyd.operations import processes, resources
from pvdifyd.operations.domains.rules import domain_named


def test_limits_are_the_same() -> None:
    assert slot.RESOURCES == resources.DEFAULTS


@pytest.mark.parametrize(
    "name", ["myapp", "myapp-staging", "myapp-pr-12", "pr-1", "a-pr-1x", "x-staging-pr-3", "staging"]
)
def test_names_tell_the_same_environment(name: str) -> None:
    assert slot.environment_of(name) == names.environment_of(name)


def test_a_health_check_is_filled_in_the_same() -> None:
    loaded: Any = AppDefinitionSchema().load({"name": "myapp", "healthcheck": {"path": "/"}})
    assert loaded["healthcheck"] == {**slot.HEALTHCHECK, "path": "/"}


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_a_process_type_is_filled_in_the_same(name: str) -> None:
    loaded: Any = AppDefinitionSchema().load({"name": "myapp", "processes": {name: {}}})
    (filled,) = processes.complete(loaded["processes"]).values()
    assert filled == {"command": None, **slot.process_defaults(name)}


def test_an_app_without_processes_has_the_same() -> None:
    app = {"name": "myapp", "environment": "production", "processes": processes.complete(processes.DEFAULT)}
    assert slot.settled({"name": "myapp"}, None)["processes"] == slot.of_app(app)["processes"]


def test_the_fields_of_a_file_are_those_of_a_definition() -> None:
    assert {*slot.FIELDS, "env_versions"} == set(AppDefinitionSchema().fields)


@pytest.mark.parametrize(
    "name",
    [
        "myapp.com",
        "WWW.MyApp.com.",
        "myapp.com。",
        "*.Preview.myapp.com",
        "bücher.example",
        "例え。テスト",
        "straße.de",
    ],
)
def test_a_domain_is_the_same_however_it_is_written(name: str) -> None:
    assert canonical(name) == domain_named(name)
