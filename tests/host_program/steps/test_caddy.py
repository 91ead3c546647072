"""Caddy's step, with a program of the test's own in Caddy's place; molecule/caddy has the real one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pvdifyd.host_program import names, ports, program
from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.edge import caddy_service

Json = dict[str, Any]


class Caddy:
    """What is in force is the text it was last told of; `picky` makes it refuse the next one."""

    def __init__(self) -> None:
        self.in_force: str | None = None
        self.times = 0
        self.picky = False
        self.running = False

    def validate(self, text: str) -> None:
        if self.picky:
            raise StepFailed("ingress_invalid", "Caddy refuses its new configuration: no.", next_step="Try.")

    def is_in_force(self) -> bool:
        return names.CADDYFILE.exists() and self.in_force == names.CADDYFILE.read_text()

    def bring_into_force(self) -> None:
        self.in_force, self.running = names.CADDYFILE.read_text(), True
        self.times += 1


@pytest.fixture
def caddy(host: Path, monkeypatch: pytest.MonkeyPatch) -> Caddy:
    made = Caddy()
    monkeypatch.setattr(names, "CADDYFILE", host / "etc" / "Caddyfile")
    names.UNITS.mkdir()
    (names.UNITS / names.CADDY_UNIT).write_text("")
    for function in ("validate", "is_in_force", "bring_into_force"):
        monkeypatch.setattr(caddy_service, function, getattr(made, function))
    monkeypatch.setattr(caddy_service, "is_running", lambda: made.running)
    monkeypatch.setattr(ports, "is_free", lambda port: True)
    return made


def run(*domains: str, unwanted: tuple[str, ...] = (), check: bool = False, **more: Any) -> Json:
    named = [{"domain": one, "app": "my-app", "address": "127.0.0.1", "port": 3000} for one in domains]
    request = {
        "routes": named,
        "wanted": named,
        "unwanted": [{"domain": one} for one in unwanted],
        "caddy": {"certificates": more.pop("certificates", "automatic"), "email": None},
        **more,
    }
    return program.answer("caddy", request, check=check)


def test_each_domain_is_told_to_be_active_or_gone(caddy: Caddy) -> None:
    said = run("my.com", unwanted=("old.com",))
    assert not said["failed"]
    assert {name: end["state"] for name, end in said["domains"].items()} == {
        "my.com": "active",
        "old.com": "gone",
    }
    assert "my.com {" in str(caddy.in_force)


def test_once_more_changes_nothing_and_a_run_cut_off_before_the_reload_goes_on(caddy: Caddy) -> None:
    run("my.com")
    assert not run("my.com")["changed"]
    caddy.in_force = "what it had before"
    assert run("my.com")["changed"]
    assert caddy.times == 2


def test_check_mode_changes_nothing(caddy: Caddy) -> None:
    assert run("my.com", check=True)["changed"]
    assert not names.CADDYFILE.exists()
    run("my.com")
    assert not run("my.com", check=True)["changed"]
    assert caddy.times == 1


def test_what_caddy_refuses_leaves_what_is_in_force(caddy: Caddy) -> None:
    run("my.com")
    caddy.picky = True
    said = run("my.com", "other.com")
    assert (said["failed"], said["code"]) == (True, "ingress_invalid")
    assert "other.com" not in names.CADDYFILE.read_text()


def test_a_wildcard_of_a_public_authority_is_its_own_reason(caddy: Caddy) -> None:
    said = run("my.com", "*.my.com")
    assert (said["failed"], said["code"]) == (True, "ingress_invalid")
    assert {name: end["state"] for name, end in said["domains"].items()} == {
        "my.com": "active",
        "*.my.com": "failed",
    }
    assert "*.my.com" not in names.CADDYFILE.read_text()
    assert not run("my.com", "*.my.com", lenient=True)["failed"]
    assert not run("my.com", "*.my.com", certificates="internal")["failed"]


def test_a_port_that_somebody_has_is_named(caddy: Caddy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port != 443)
    said = run("my.com")
    assert (said["failed"], said["code"]) == (True, "edge_port_taken")
    assert "Port 443 " in said["msg"]
    caddy.running = True
    assert not run("my.com")["failed"], "its own are no other's"


def test_a_host_without_it_says_so(caddy: Caddy) -> None:
    (names.UNITS / names.CADDY_UNIT).unlink()
    assert run("my.com")["code"] == "edge_not_ready"
