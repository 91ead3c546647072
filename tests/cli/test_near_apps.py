"""Did you mean: a mistyped app gets the nearest one that the server lists."""

from __future__ import annotations

import json

import pytest

from pvdify.api import client as client_module
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


@pytest.mark.parametrize(
    "arguments",
    [["apps:info", "myap"], ["deploy", "mayapp"], ["config:set", "-a", "myapps", "A=b"], ["logs", "myap"]],
)
def test_a_mistyped_app_gets_a_suggestion(
    pvdify: Run, server: FakeServer, app: str, arguments: list[str]
) -> None:
    server.state.create({"name": "quite-another"})
    answer = pvdify(*arguments)
    assert answer.exit_code == 4
    assert "Next:  Did you mean myapp? pvdify apps lists the apps there are;" in answer.stderr


def test_a_token_for_named_apps_gets_a_suggestion_of_those(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.create({"name": "myapp2"})
    token = server.state.access.make("ci", "read", [app])
    answer = pvdify("apps:info", "myapp2", PVDIFY_TOKEN=token)
    assert answer.exit_code == 3
    assert "Next:  Did you mean myapp? pvdify whoami" in answer.stderr


def test_the_suggestion_stands_in_json_too(pvdify: Run, app: str) -> None:
    error = json.loads(pvdify("apps:info", "myap", "--json").stderr)["error"]
    assert error["next_step"].startswith("Did you mean myapp?")


def test_nothing_like_it_gets_none(pvdify: Run, app: str) -> None:
    answer = pvdify("apps:info", "zzz")
    assert answer.exit_code == 4
    assert "Did you mean" not in answer.stderr


def test_the_error_stays_what_it_is_where_the_list_does_not_come(
    pvdify: Run, server: FakeServer, app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults.answers["GET", "/apps"] = (500, "text/html", "<html>")
    answer = pvdify("apps:info", "myap")
    assert (answer.exit_code, "Did you mean" in answer.stderr) == (4, False)

    del server.faults.answers["GET", "/apps"]
    monkeypatch.setattr(client_module, "_HELP_SECONDS", 0.1)
    server.faults.never_answered = "/apps"
    answer = pvdify("apps:info", "myap")
    assert (answer.exit_code, "Did you mean" in answer.stderr) == (4, False)


def test_an_app_that_is_removed_meanwhile_was_not_mistyped(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.create({"name": "myapp2"})
    server.state.log.write("line 1")
    server.faults.pieces_per_stream = 0
    server.faults.on_stream = lambda: server.state.apps.pop(app, None) and None
    answer = pvdify("logs", app, "-f")
    assert answer.exit_code == 4
    assert "Did you mean" not in answer.stderr
