"""What the command line does with the config of an app that is not deployed yet: nothing is released."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.world import World

VALUES = {
    "EMPTY": "",
    "LINES": "first\nsecond\r\n\tthird\n",
    "QUOTES": "\"double\" 'single' `back` \\",
    "MONEY": "$HOME ${X} $(id) %h",
    "TEMPLATE": "{{ 7 * 7 }}",
    "SMILE": "😀 é",
    "HASH": "a # b",
}


@pytest.fixture
def app(world: World) -> Iterator[str]:
    name = "settled"
    world.done("apps:create", name)
    yield name
    world.done("apps:destroy", name, "--confirm", name)


@pytest.fixture(scope="module")
def empty_app(world: World) -> Iterator[str]:
    """An app with no config, for tests that may not change that."""
    name = "untouched"
    world.done("apps:create", name)
    yield name
    world.done("apps:destroy", name, "--confirm", name)


@pytest.mark.parametrize("form", ["dotenv", "json"])
def test_what_is_exported_is_imported_again(world: World, app: str, tmp_path: Path, form: str) -> None:
    (tmp_path / "values.json").write_text(json.dumps(VALUES))
    world.done("config:import", app, str(tmp_path / "values.json"), "--message", "moved here")
    assert world.told("config", app)["config"] == VALUES

    exported = world.done("config:export", app, "--format", form)
    world.done("config:unset", app, *VALUES)
    assert world.told("config", app)["config"] == {}
    imported = world.given(exported, "config:import", app, "-", "--format", form)
    assert imported.returncode == 0, imported.stderr
    assert world.told("config", app)["config"] == VALUES
    assert [one["message"] for one in world.told("config:versions", app)] == [None, None, "moved here"]


def test_one_value_comes_back_byte_for_byte(world: World, app: str) -> None:
    for key, value in VALUES.items():
        finished = world.given(value, "config:set", app, key)
        assert finished.returncode == 0, finished.stderr
        assert world.done("config:get", app, key) == value + "\n"


def test_what_differs_between_two_versions(world: World, app: str) -> None:
    world.done("config:set", app, "STAYS=1", "CHANGES=old", "GOES=1")
    world.given("one", "config:set", app, "TOKEN", "--secret")
    world.given("two", "config:set", app, "TOKEN", "--secret")
    world.done("config:unset", app, "GOES")
    world.done("config:set", app, "CHANGES=new", "COMES=1")
    shown = world.done("config:diff", app, "v2").splitlines()
    assert sorted((line.split()[0], line.replace("=", " ").split()[1].strip(":")) for line in shown) == [
        ("+", "COMES"),
        ("-", "GOES"),
        ("~", "CHANGES"),
        ("~", "TOKEN"),
    ]
    assert not [line for line in shown if "one" in line or "two" in line]
    assert "same" in world.done("config:diff", app, "v5", "v5")


def test_a_secret_on_the_command_line_works_with_a_warning(world: World, app: str, tmp_path: Path) -> None:
    finished = world.pvdify("config:set", app, "TOKEN=word", "--secret")
    assert finished.returncode == 0
    assert "history" in finished.stderr
    (tmp_path / "token").write_text("word\n")
    finished = world.pvdify("config:set", app, f"TOKEN=@{tmp_path}/token", "--secret")
    assert (finished.returncode, finished.stderr) == (0, "")


def test_an_editor_changes_it(world: World, app: str, tmp_path: Path) -> None:
    world.done("config:set", app, "LEVEL=info", "OLD=1")
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nexec sed -i -e s/info/debug/ -e /^OLD/d "$1"\n')
    editor.chmod(0o755)
    finished = world.pvdify("config:edit", app, VISUAL=str(editor))
    assert finished.returncode == 0, finished.stderr
    assert world.told("config", app)["config"] == {"LEVEL": "debug"}
    finished = world.pvdify("config:edit", app, VISUAL="true")
    assert finished.stdout.startswith("Nothing changed")


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"config": {"PORT": "hush"}}, "config.PORT", "reserved_key"),
        ({"secrets": {"PVDIFY_X": "hush"}}, "secrets.PVDIFY_X", "reserved_key"),
        ({"config": {"9LIVES": "hush"}}, "config.9LIVES", "config_key"),
        ({"config": {"WITH-DASH": "hush"}}, "config.WITH-DASH", "config_key"),
        ({"config": {"K" * 129: "hush"}}, f"config.{'K' * 129}", "config_key"),
        ({"secrets": {"X": "hush\0"}}, "secrets.X", "config_value"),
        ({"secrets": {"X": "hush" * 16_385}}, "secrets.X", "config_value"),
        ({"secrets": {"X": ["hush"]}}, "secrets.X", "string"),
        ({"secrets": "hush"}, "secrets", "object"),
        ({"secret": {"X": "hush"}}, "secret", "unknown_field"),
        ({"config": {"X": "hush"}, "secrets": {"X": "hush"}}, "secrets.X", "config_or_secret"),
        ({"config": {"X": "hush"}, "message": "two\nlines"}, "message", "config_message"),
        ({"config": {f"K{number}": "hush" for number in range(501)}}, "config", "config_count"),
        ({"secrets": {f"K{number}": "hush" * 16_000 for number in range(14)}}, "config", "config_size"),
    ],
)
def test_a_bad_change_is_refused_and_repeats_no_value(
    world: World, empty_app: str, change: object, field: str, rule: str
) -> None:
    refused = world.api("PUT", f"/apps/{empty_app}/config", json=change)
    assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed"), refused.text
    assert [(one["field"], one["rule"]) for one in refused.json()["errors"]] == [(field, rule)]
    assert "hush" not in refused.text
    assert world.told("config", empty_app)["version"] is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["config:get", "NOTHING"], 4),
        (["config:get", "a-b"], 2),
        (["config:set", "PORT=80"], 6),
        (["config:set", "9LIVES=1"], 2),
        (["config:set", "A=1", "A=2"], 2),
        (["config:import", "/nowhere.env"], 2),
        (["config:diff", "v7"], 4),
        (["config:diff", "seven"], 2),
    ],
    ids=str,
)
def test_the_command_line_refuses_it_too(world: World, empty_app: str, words: list[str], code: int) -> None:
    name, *rest = words
    finished = world.pvdify(name, "--app", empty_app, *rest)
    assert finished.returncode == code, finished.stdout + finished.stderr
    assert finished.stderr
    assert "Traceback" not in finished.stderr
    assert world.told("config", empty_app)["version"] is None
