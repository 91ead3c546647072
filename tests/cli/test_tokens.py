"""Tokens and the audit log: what they show, what a token may, and that a token is shown once."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


def test_whoami_tells_server_scope_apps_and_expiry(pvdify: Run, server: FakeServer) -> None:
    token = server.state.access.make("ci", "deploy", ["myapp", "other"], "2099-04-05T10:30:00Z")
    answer = pvdify("whoami", PVDIFY_TOKEN=token)
    assert answer.exit_code == 0
    assert dict(line.split("  ", 1) for line in answer.stdout.splitlines()) == {
        "server": f"   {server.url}",
        "context": "  -",
        "token": "    ci",
        "scope": "    deploy",
        "apps": "     myapp, other",
        "expires": "  2099-04-05 10:30:00 UTC",
        "last used": "-",
    }
    assert json.loads(pvdify("whoami", "--json", PVDIFY_TOKEN=token).stdout)["apps"] == ["myapp", "other"]


def test_tokens_are_listed_without_what_signs_in(pvdify: Run, server: FakeServer) -> None:
    server.state.access.make("ci", "deploy", ["myapp"], "2020-01-01T00:00:00Z")
    server.state.access.end("ci", "expired")
    answer = pvdify("tokens")
    header, first, second = answer.stdout.splitlines()
    assert header.split() == ["TOKEN", "SCOPE", "APPS", "STATUS", "EXPIRES", "LAST", "USED", "BY"]
    assert first.split()[:4] == ["ci", "deploy", "myapp", "expired"]
    assert second.split()[:6] == ["tests", "admin", "every", "app", "active", "never"]
    assert "pvd_" not in answer.output
    assert [token["name"] for token in json.loads(pvdify("tokens", "--json").stdout)] == ["ci", "tests"]


def test_a_new_token_stands_alone_on_standard_output(pvdify: Run, server: FakeServer) -> None:
    options = ("--scope", "deploy", "--app", "myapp", "--app", "other", "--expires", "30d")
    answer = pvdify("tokens:create", "ci", *options)
    assert answer.exit_code == 0
    assert answer.stdout == f"{server.state.access.texts['ci']}\n"
    assert "Token ci: scope deploy, myapp, other, expires: 2099-01-01 00:00:00 UTC." in answer.stderr
    assert server.asked("POST", "/tokens")[0].body == {
        "name": "ci",
        "scope": "deploy",
        "apps": ["myapp", "other"],
        "expires_in": "30d",
    }


def test_quiet_and_json_print_nothing_else(pvdify: Run, server: FakeServer) -> None:
    quiet = pvdify("tokens:create", "one", "--scope", "read", "--quiet")
    assert (quiet.stdout, quiet.stderr) == (f"{server.state.access.texts['one']}\n", "")
    in_json = pvdify("tokens:create", "two", "--scope", "read", "--json")
    assert json.loads(in_json.stdout)["token"] == server.state.access.texts["two"]
    assert in_json.stderr == ""
    assert server.asked("POST", "/tokens")[0].body == {"name": "one", "scope": "read"}


def test_a_new_token_whose_answer_is_lost_is_not_asked_for_again(pvdify: Run, server: FakeServer) -> None:
    server.faults.lost_answers = 1
    answer = pvdify("tokens:create", "ci", "--scope", "read")
    assert answer.exit_code == 7
    assert "pvdify tokens:revoke ci" in answer.stderr
    assert len(server.asked("POST", "/tokens")) == 1


def test_what_a_token_needs(pvdify: Run, server: FakeServer) -> None:
    for options in ([], ["--scope", "root"]):
        answer = pvdify("tokens:create", "ci", *options)
        assert answer.exit_code == 2
        assert "--scope" in answer.stderr
    assert pvdify("tokens:create", "ci", "--scope", "read", "--app", "my.app").exit_code == 2
    assert not server.requests


def test_a_name_that_is_taken(pvdify: Run) -> None:
    answer = pvdify("tokens:create", "tests", "--scope", "read")
    assert answer.exit_code == 5
    assert "Take another name" in answer.stderr


def test_a_revoked_token_opens_nothing(pvdify: Run, server: FakeServer) -> None:
    token = server.state.access.make("ci")
    assert pvdify("tokens:revoke", "ci").stdout == "The token ci is revoked.\n"
    answer = pvdify("apps", PVDIFY_TOKEN=token)
    assert answer.exit_code == 3
    assert "[token_revoked]" in answer.stderr
    assert json.loads(pvdify("tokens:revoke", "ci", "--json").stdout) == {"name": "ci"}


def test_what_can_not_be_revoked(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("tokens:revoke", "nosuch")
    assert answer.exit_code == 4
    assert "pvdify tokens lists" in answer.stderr
    answer = pvdify("tokens:revoke", "tests")
    assert answer.exit_code == 5
    assert "pvdify tokens:create NAME --scope admin" in answer.stderr


def test_a_token_in_place_of_its_name_is_neither_sent_nor_shown(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("tokens:revoke", "pvd_secret")
    assert answer.exit_code == 2
    assert "pvd_secret" not in answer.output
    assert not server.requests


def test_a_scope_that_is_too_small(pvdify: Run, server: FakeServer, app: str) -> None:
    token = server.state.access.make("look", "read")
    assert pvdify("apps", PVDIFY_TOKEN=token).exit_code == 0
    for arguments in (("deploy", app), ("tokens",), ("audit",), ("apps:create", "new")):
        answer = pvdify(*arguments, PVDIFY_TOKEN=token)
        assert answer.exit_code == 3
        assert "[forbidden]" in answer.stderr
        assert "pvdify whoami shows what your token may" in answer.stderr


def test_an_app_that_the_token_is_not_for(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.create({"name": "other"})
    token = server.state.access.make("ci", "deploy", [app])
    assert [each["name"] for each in json.loads(pvdify("apps", "--json", PVDIFY_TOKEN=token).stdout)] == [app]
    answer = pvdify("deploy", "other", PVDIFY_TOKEN=token)
    assert answer.exit_code == 3
    assert "[app_forbidden]" in answer.stderr
    assert "pvdify whoami shows which apps your token is for" in answer.stderr


def test_a_token_that_got_into_a_url(pvdify: Run, server: FakeServer) -> None:
    problem = {"code": "token_in_url", "detail": "A token is in the URL."}
    server.faults.answers["GET", "/apps/x"] = (400, "application/problem+json", json.dumps(problem))
    answer = pvdify("apps:info", "x")
    assert answer.exit_code == 6
    assert "revoke that token" in answer.stderr


def test_the_audit_log_is_listed_newest_first(pvdify: Run, server: FakeServer, app: str) -> None:
    assert pvdify("audit").stdout == "No entries.\n"
    pvdify("resources", app, "--memory", "1G", "--no-wait")
    pvdify("tokens:create", "ci", "--scope", "read")
    header, first, second = pvdify("audit").stdout.splitlines()
    assert header.split() == ["TIME", "WHO", "FROM", "ACTION", "APP", "ASKED", "FOR", "RESULT", "OPERATION"]
    assert "tests  127.0.0.1  POST /api/v1/tokens" in first
    assert first.split()[-4:] == ["name", "ci", "accepted", "-"]
    assert second.split()[-4:] == [app, "-", "accepted", "-"]
    assert [entry["id"] for entry in json.loads(pvdify("audit", "--json", "--limit", "1").stdout)] == [2]


def test_what_is_asked_of_the_audit_log(pvdify: Run, server: FakeServer) -> None:
    pvdify("audit", "--app", "myapp", "--since", "24h", "--until", "1h")
    query = server.asked("GET", "/audit")[0].query
    assert {name: query[name] for name in ("app", "since", "until")} == {
        "app": "myapp",
        "since": "24h",
        "until": "1h",
    }


@pytest.mark.parametrize("column", ["action", "who"])
def test_nothing_in_the_audit_log_steers_the_terminal(pvdify: Run, server: FakeServer, column: str) -> None:
    pvdify("tokens:create", "ci", "--scope", "read")
    server.state.access.audit[0][column] = "\x1b[2J"
    assert "\x1b" not in pvdify("audit").output
