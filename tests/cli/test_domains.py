"""`pvdify domains` and what changes them."""

from __future__ import annotations

import json

import pytest

from pvdify import domain_changes
from tests.cli.at_terminal import AtTerminal
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain_changes, "_PAUSE_SECONDS", 0.02)


def test_a_domain_is_added_and_its_operation_followed(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("domains:add", app, "myapp.com")
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert lines[0] == "Adding myapp.com to myapp: operation 3"
    assert [line.split()[0] for line in lines if " ok " in line] == ["ingress", "dns"]
    assert "Operation 3 (domains of myapp) succeeded." in lines
    assert lines[-1].split()[:4] == ["myapp.com", "active", "cloudflare", "example.com"]
    (request,) = server.asked("POST", "/apps/myapp/domains")
    assert request.body == {"domain": "myapp.com", "force": False}


@pytest.mark.parametrize(
    ("arguments", "surroundings"),
    [
        (["myapp", "a.example.com", "*.b.example.com"], None),
        (["a.example.com", "*.b.example.com"], "myapp"),
        (["-a", "myapp", "a.example.com", "*.b.example.com", "a.example.com"], "other"),
    ],
)
def test_what_has_a_dot_is_a_domain_and_never_an_app(
    pvdify: Run, server: FakeServer, app: str, arguments: list[str], surroundings: str | None
) -> None:
    answer = pvdify("domains:add", *arguments, "--force", PVDIFY_APP=surroundings)
    assert answer.exit_code == 0, answer.output
    asked = [request.body for request in server.asked("POST", "/apps/myapp/domains")]
    assert asked == [{"domain": name, "force": True} for name in ("a.example.com", "*.b.example.com")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["myapp"], "DOMAIN is missing"),
        ([], "No app is named"),
        (["myapp.com"], "No app is named"),
        (["myapp", "nodot"], "'nodot' is not a domain"),
        (["myapp", "https://www.myapp.com/x"], "Did you mean www.myapp.com?"),
        (["myapp", "myapp.com:443"], "Did you mean myapp.com?"),
        (["myapp", ".."], "'..' is not a domain"),
        (["myapp", "a/../b.com"], "is not a domain"),
        (["myapp", "a..com"], "is not a domain"),
        (["myapp", "www.*.com"], "is not a domain"),
    ],
)
def test_what_is_no_domain_is_not_sent(
    pvdify: Run, server: FakeServer, app: str, arguments: list[str], said: str
) -> None:
    answer = pvdify("domains:add", *arguments)
    assert (answer.exit_code, server.asked("POST")) == (2, [])
    assert said in answer.stderr


def test_one_that_fails_ends_with_1_and_its_reason(pvdify: Run, app: str) -> None:
    answer = pvdify("domains:add", app, "fine.example.com", "fails.example.com")
    assert answer.exit_code == 1
    assert "[record_exists]" in answer.stderr
    assert "Next:  Add it with --force." in answer.stderr
    assert "\x1b" not in answer.output
    rows = [line.split()[:2] for line in answer.stdout.splitlines() if "example.com" in line.split()[:1][0]]
    assert ["fails.example.com", "failed"] in rows
    assert ["fine.example.com", "active"] in rows


def test_one_that_is_refused_says_what_of_the_others(pvdify: Run, app: str) -> None:
    answer = pvdify("domains:add", app, "fine.example.com", "refused.example.com")
    assert answer.exit_code == 6
    assert "can't be a domain" in answer.stderr
    assert (
        "Those before refused.example.com are on their way: pvdify operations:info 3 --follow"
        in answer.stderr
    )


def test_as_json_it_is_the_domains_and_the_operations(pvdify: Run, app: str) -> None:
    answer = json.loads(pvdify("domains:add", app, "MyApp.com", "--json").stdout)
    assert [domain["domain"] for domain in answer["domains"]] == ["myapp.com"]
    assert [operation["status"] for operation in answer["operations"]] == ["succeeded"]
    accepted = json.loads(pvdify("domains:remove", app, "myapp.com", "--no-wait", "--json").stdout)
    assert accepted["operations"][0]["kind"] == "domains"


def test_without_waiting(pvdify: Run, app: str) -> None:
    answer = pvdify("domains:add", app, "myapp.com", "--no-wait")
    assert answer.stdout.splitlines()[-1].endswith("pvdify operations:info 3 --follow")


def test_they_are_listed_and_shown(pvdify: Run, server: FakeServer, app: str) -> None:
    assert "pvdify domains:add myapp DOMAIN" in pvdify("domains", app).stdout
    for name in ("b.example.com", "a.example.com", "fails.example.com"):
        server.state.domains.put(app, name)
    rows = pvdify("domains", app).stdout.splitlines()
    assert [row.split()[0] for row in rows] == [
        "DOMAIN",
        "a.example.com",
        "b.example.com",
        "fails.example.com",
    ]
    assert len(json.loads(pvdify("domains", app, "--json").stdout)) == 3
    shown = pvdify("domains:info", app, "fails.example.com")
    assert "[record_exists]" in shown.stdout
    assert "\x1b" not in shown.output
    assert (
        json.loads(pvdify("domains:info", "a.example.com", "-a", app, "--json").stdout)["zone"]
        == "example.com"
    )
    assert pvdify("domains:info", app, "nowhere.example.com").exit_code == 4
    assert pvdify("domains:info", app, "a.example.com", "b.example.com").exit_code == 2


def test_one_is_removed(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.domains.put(app, "*.example.com")
    answer = pvdify("domains:remove", app, "*.example.com")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.splitlines()[0] == "Taking *.example.com away from myapp: operation 3"
    assert answer.stdout.splitlines()[-1] == "*.example.com: no longer myapp's."
    assert server.state.domains.of(app) == {}
    missing = pvdify("domains:remove", app, "*.example.com")
    assert missing.exit_code == 4
    assert "pvdify domains myapp lists" in missing.stderr


def test_all_are_cleared_once_that_is_confirmed(
    pvdify: Run, server: FakeServer, app: str, at_terminal: AtTerminal
) -> None:
    assert pvdify("domains:clear", app).stdout == "myapp has no domains.\n"
    for name in ("a.example.com", "b.example.com"):
        server.state.domains.put(app, name)
    answer = pvdify("domains:clear", app)
    assert (answer.exit_code, server.asked("DELETE")) == (2, [])
    assert "pvdify domains:clear myapp --confirm myapp" in answer.stderr
    assert pvdify("domains:clear", app, "--confirm", "other").exit_code == 2
    assert pvdify("domains:clear", app, "--confirm", app).exit_code == 0
    assert len(server.asked("DELETE", "/apps/myapp/domains")) == 1
    assert server.state.domains.of(app) == {}
    assert json.loads(pvdify("domains:clear", app, "--json").stdout) == {"domains": [], "operations": []}


def test_they_are_waited_for(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.domains.put(app, "a.example.com")
    assert pvdify("domains:wait", app).exit_code == 0
    server.state.domains.put(app, "fails.example.com")
    assert pvdify("domains:wait", app).exit_code == 1
    assert pvdify("domains:wait", app, "A.example.com").exit_code == 0, "the others don't matter"
    server.state.domains.put(app, "slow.example.com")
    answer = pvdify("domains:wait", app, "slow.example.com", "--timeout", "0.1")
    assert answer.exit_code == 1
    assert "Still on the way after 0 s: slow.example.com." in answer.stderr
    assert pvdify("domains:wait", app, "nowhere.example.com").exit_code == 4


def test_an_app_shows_its_domains(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.apps[app]["domains"] = ["a.example.com", "b.example.com"]
    assert "a.example.com, b.example.com" in pvdify("apps:info", app).stdout
