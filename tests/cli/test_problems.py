"""A refused request tells the field, the value and the rule, and what to do next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


def _refuse(server: FakeServer, **problem: Any) -> None:
    document = {"title": "Refused", "status": 422, "code": "validation_failed", **problem}
    server.faults.answers["POST", "/apps"] = (422, "application/problem+json", json.dumps(document))


FIELD = {
    "field": "bind_port",
    "value": 70000,
    "rule": "whole_number",
    "message": "It must be a whole number from 3000 to 19999.",
}


def test_one_field_is_one_line(pvdify: Run, server: FakeServer) -> None:
    _refuse(server, detail=FIELD["message"], errors=[FIELD])
    answer = pvdify("apps:create", "myapp", "--bind-port", "70000")
    assert answer.exit_code == 6
    assert answer.stderr.splitlines()[0] == (
        "Error: bind_port: 70000: It must be a whole number from 3000 to 19999. [validation_failed]"
    )
    assert answer.stderr.splitlines()[1].startswith("Next:  ")


def test_each_field_has_its_line(pvdify: Run, server: FakeServer) -> None:
    name = {"field": "name", "value": "My_App", "rule": "app_name", "message": "Lower-case letters."}
    _refuse(server, detail="2 fields break a rule.", errors=[FIELD, name])
    answer = pvdify("apps:create", "My_App", "--bind-port", "70000")
    assert answer.stderr.splitlines()[:3] == [
        "Error: 2 fields break a rule. [validation_failed]",
        "       bind_port: 70000: It must be a whole number from 3000 to 19999.",
        '       name: "My_App": Lower-case letters.',
    ]


@pytest.mark.parametrize(
    ("rule", "step"),
    [
        ("memory", "As in --memory 512M"),
        ("memory_within_host", "Give less memory"),
        ("cpu", "As in --cpu 0.5"),
        ("cpu_within_host", "Give less CPU"),
        ("known_process", "pvdify ps:scale myapp shows"),
        ("known_instance", "pvdify ps myapp lists"),
        ("another", "Correct it and run the command again"),
    ],
)
def test_the_rule_of_a_field_has_its_next_step(pvdify: Run, server: FakeServer, rule: str, step: str) -> None:
    _refuse(server, detail="No.", errors=[{**FIELD, "rule": rule}])
    assert f"Next:  {step}" in pvdify("apps:create", "myapp").stderr


def test_an_image_that_is_none_shows_a_good_one(pvdify: Run, server: FakeServer) -> None:
    _refuse(server, code="invalid_image", detail='"a;id" is no image reference.')
    answer = pvdify("apps:create", "myapp", "--image", "a;id")
    assert answer.exit_code == 6
    assert "ghcr.io/acme/myapp:v2" in answer.stderr


def test_what_a_server_says_can_not_steer_the_terminal(pvdify: Run, server: FakeServer) -> None:
    _refuse(server, detail="\x1b]0;owned\x07 \u202ereversed")
    answer = pvdify("apps:create", "myapp")
    assert "\x1b" not in answer.stderr
    assert "\\x1b]0;owned\\x07 \\u202ereversed" in answer.stderr


def test_an_error_in_json(pvdify: Run, server: FakeServer) -> None:
    _refuse(server, detail=FIELD["message"], errors=[FIELD])
    answer = pvdify("apps:create", "myapp", "--json")
    assert answer.exit_code == 6
    assert answer.stdout == ""
    error = json.loads(answer.stderr)["error"]
    assert error["code"] == "validation_failed"
    assert error["exit_code"] == 6
    assert error["problem"]["errors"] == [FIELD]


def test_json_on_standard_output_is_plain_ascii(pvdify: Run, server: FakeServer) -> None:
    server.state.create({"name": "myapp", "image": "\x1b[2J\x9b\x7f\u202eé"})
    answer = pvdify("apps", "--json")
    assert answer.stdout.replace("\n", "").isprintable()
    assert answer.stdout.isascii()
    assert json.loads(answer.stdout)[0]["image"] == "\x1b[2J\x9b\x7f\u202eé"


def test_a_message_that_quotes_the_value_is_not_given_it_twice(pvdify: Run, server: FakeServer) -> None:
    image = {**FIELD, "field": "image", "value": "a;id", "message": '"a;id" is no image reference.'}
    _refuse(server, code="invalid_image", detail='image: "a;id" is no image reference.', errors=[image])
    answer = pvdify("apps:create", "myapp", "--image", "a;id")
    assert answer.stderr.splitlines()[0] == 'Error: image: "a;id" is no image reference. [invalid_image]'
