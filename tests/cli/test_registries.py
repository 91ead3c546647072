"""Credentials for registries, and the rotation of the key they are encrypted to."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

LOGIN = ("registry:login", "ghcr.io", "--username", "acme", "--password-stdin")


def test_a_login_for_every_app(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify(*LOGIN, piped=b"canary\n", PVDIFY_APP="myapp")
    assert answer.exit_code == 0
    assert answer.stdout == "ghcr.io as acme for every app: at the next pull.\n"
    assert server.asked("PUT", "/registries/ghcr.io")[0].body == {"username": "acme", "password": "canary"}


def test_a_login_for_one_app(pvdify: Run, server: FakeServer) -> None:
    arguments = (
        "registry:login",
        "localhost:5000",
        "-u",
        "acme",
        "--password-stdin",
        "-a",
        "myapp",
        "--json",
    )
    answer = pvdify(*arguments, piped=b"canary")
    assert json.loads(answer.stdout)["app"] == "myapp"
    assert server.state.passwords == {("localhost:5000", "myapp"): "canary"}
    assert "canary" not in answer.output


@pytest.mark.parametrize(
    ("piped", "password"),
    [(b"a\n", "a"), (b"a\r\n", "a"), (b"a", "a"), (b" a \n", " a "), ("é🦀".encode(), "é🦀")],
)
def test_one_line_end_after_the_password_is_not_of_it(
    pvdify: Run, server: FakeServer, piped: bytes, password: str
) -> None:
    assert pvdify(*LOGIN, piped=piped).exit_code == 0
    assert server.state.passwords == {("ghcr.io", None): password}


def test_without_a_terminal_the_password_is_piped(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("registry:login", "ghcr.io", "--username", "acme")
    assert answer.exit_code == 2
    assert "--password-stdin" in answer.stderr
    assert "has no password" in pvdify(*LOGIN, piped=b"\n").stderr
    assert not server.requests


@pytest.mark.parametrize(
    "arguments", [["--password", "canary"], ["--password=canary"], ["-p", "canary"], ["canary"]]
)
def test_a_password_is_never_taken_from_the_command_line_nor_shown(
    pvdify: Run, server: FakeServer, arguments: list[str]
) -> None:
    answer = pvdify("registry:login", "ghcr.io", "--username", "acme", *arguments)
    assert answer.exit_code == 2
    assert "canary" not in answer.output
    assert not server.requests


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("https://ghcr.io/v2/", "Did you mean ghcr.io?"),
        ("ghcr.io/acme", "Did you mean ghcr.io?"),
        ("..", "It is HOST or HOST:PORT"),
        ("a b", "It is HOST or HOST:PORT"),
        ("", "It is HOST or HOST:PORT"),
    ],
)
@pytest.mark.parametrize("command", ["registry:login", "registry:logout"])
def test_what_is_no_registry(pvdify: Run, server: FakeServer, command: str, typed: str, hint: str) -> None:
    options = ["-u", "acme", "--password-stdin"] if command == "registry:login" else []
    answer = pvdify(command, typed, *options)
    assert answer.exit_code == 2
    assert hint in answer.stderr
    assert not server.requests


@pytest.mark.parametrize(
    "typed", ["https://acme:canary@ghcr.io", "acme:c@nary@ghcr.io/v2/", "canary@ghcr.io"]
)
@pytest.mark.parametrize("command", ["registry:login", "registry:logout"])
def test_what_stands_before_an_at_sign_is_not_shown(pvdify: Run, command: str, typed: str) -> None:
    options = ["-u", "acme", "--password-stdin"] if command == "registry:login" else []
    answer = pvdify(command, typed, *options)
    assert answer.exit_code == 2
    assert "'…@ghcr.io" in answer.stderr
    assert "Did you mean ghcr.io?" in answer.stderr
    assert "nary" not in answer.output


def test_registries_are_listed_without_passwords(pvdify: Run) -> None:
    assert "pvdify registry:login HOST" in pvdify("registries").stdout
    pvdify(*LOGIN, piped=b"canary")
    pvdify("registry:login", "quay.io", "-u", "b", "--password-stdin", "-a", "myapp", piped=b"canary")
    answer = pvdify("registries")
    header, *rows = [line.split() for line in answer.stdout.splitlines()]
    assert header == ["REGISTRY", "USERNAME", "APP", "HOSTS", "CREATED", "BY"]
    assert rows[0][:5] == ["ghcr.io", "acme", "every", "app", "local"]
    assert rows[1][:4] == ["quay.io", "b", "myapp", "local"]
    assert "canary" not in answer.output
    used = json.loads(pvdify("registries", "-a", "myapp", "--json").stdout)
    assert [entry["registry"] for entry in used] == ["quay.io", "ghcr.io"]
    assert [entry["app"] for entry in json.loads(pvdify("registries", "-a", "other", "--json").stdout)] == [
        None
    ]


def test_a_logout(pvdify: Run, server: FakeServer) -> None:
    pvdify(*LOGIN, piped=b"canary")
    answer = pvdify("registry:logout", "ghcr.io", "-a", "myapp")
    assert answer.exit_code == 4
    assert "pvdify registries lists" in answer.stderr
    server.faults.lost_answers = 1
    answer = pvdify("registry:logout", "ghcr.io")
    assert answer.exit_code == 0
    assert answer.stdout == "The credential for ghcr.io of every app is forgotten.\n"
    assert server.state.registries == []


def test_rotating_takes_the_only_host(pvdify: Run, server: FakeServer) -> None:
    answer = pvdify("secrets:rotate")
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0] == "Rotating the key of local: operation 1"
    assert [line.split()[0] for line in lines if " ok " in line] == ["reencrypt", "forget"]
    assert lines[-1] == "Operation 1 (rotate of host local) succeeded."
    assert [row.split()[:3] for row in pvdify("operations").stdout.splitlines()[1:]] == [["1", "rotate", "-"]]


def test_several_hosts_have_to_be_told_apart(pvdify: Run, server: FakeServer) -> None:
    server.state.hosts.append({**server.state.hosts[0], "name": "web1"})
    answer = pvdify("secrets:rotate")
    assert answer.exit_code == 2
    assert "There are several hosts: local, web1." in answer.stderr
    assert json.loads(pvdify("secrets:rotate", "--host", "web1", "--json").stdout)["arguments"] == {
        "host": "web1"
    }


def test_a_host_that_has_no_key_or_is_not_there(pvdify: Run, server: FakeServer) -> None:
    server.state.hosts[0]["recipient"] = None
    answer = pvdify("secrets:rotate")
    assert answer.exit_code == 5
    assert "pvdifyd host prepare" in answer.stderr
    assert pvdify("secrets:rotate", "--host", "nosuch").exit_code == 4
    assert pvdify("secrets:rotate", "--host", "..").exit_code == 2
    server.state.hosts.clear()
    assert "There is no host." in pvdify("secrets:rotate").stderr


def test_rotating_without_waiting(pvdify: Run) -> None:
    assert "pvdify operations:info 1 --follow" in pvdify("secrets:rotate", "--no-wait").stdout
