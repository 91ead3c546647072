"""The tunnel's ingress on a host, with the stand-in for cloudflared as a process in the place of its unit."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pvdifyd.host_program import names, program, systemctl
from pvdifyd.host_program.edge import tunnel_run
from pvdifyd.host_program.systemctl import UnitState
from tests.host_program.steps.conftest import HOST, sealed
from tests.stand_ins.account import TUNNEL, Account
from tests.stand_ins.program import FILE

Json = dict[str, Any]
SECRET = "c2VjcmV0"


class Unit:
    """What systemd does for the tunnel's unit. `restarts` counts how often it was asked to."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.restarts = 0
        self.environment = {
            **os.environ,
            "PVDIFY_STAND_IN_LISTEN": f"127.0.0.1:{free_port()}",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            **environment,
        }
        self._log = folder / "cloudflared.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def restart(self, unit: str) -> None:
        assert unit == names.CLOUDFLARED_UNIT
        self.restarts += 1
        self.stop()
        with self._log.open("ab") as log:
            self._started = time.time()
            self._process = subprocess.Popen(
                [FILE, "tunnel", "--config", names.TUNNEL_CONFIGURATION, "run"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def states(self, units: list[str]) -> dict[str, UnitState]:
        active = "active" if self._process is not None and self._process.poll() is None else "inactive"
        return {unit: UnitState(unit, active, "", "", 0, None, 0, started=self._started) for unit in units}

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def credentials(account: Account, secret: str = SECRET) -> str:
    return json.dumps({"AccountTag": account.id, "TunnelID": TUNNEL, "TunnelSecret": secret})


@pytest.fixture
def cloudflare(cloudflare: Json, account: Account) -> Json:
    document = sealed("tunnel_credentials", credentials(account))
    return {**cloudflare, "metrics_port": free_port(), "credentials": document}


@pytest.fixture
def unit(host: Path, account: Account, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Unit]:
    """A tunnel that Cloudflare's stand-in knows."""
    made = Unit(
        host,
        {
            "PVDIFY_STAND_IN_API": account.server.url,
            "PVDIFY_STAND_IN_AUTHORITY": str(certificate / "ca.crt"),
        },
    )
    monkeypatch.setattr(systemctl, "restart", made.restart)
    monkeypatch.setattr(systemctl, "states", made.states)
    monkeypatch.setattr(tunnel_run, "lines_of_unit", lambda *_, **__: ["the last line it wrote"])
    monkeypatch.setattr(names, "CLOUDFLARED", FILE)
    names.UNITS.mkdir()
    (names.UNITS / names.CLOUDFLARED_UNIT).write_text("")
    yield made
    made.stop()


@pytest.fixture
def ingress(cloudflare: Json, unit: Unit) -> Callable[..., Json]:
    def run(*domains: str, check: bool = False, **more: Any) -> Json:
        changes = {key: more.pop(key) for key in ("management", "credentials", "token") if key in more}
        request = {
            "host": HOST,
            "cloudflare": {**cloudflare, **changes},
            "routes": [route(domain) for domain in domains],
            "patience": 1,
            "timeout": 10,
            **more,
        }
        return program.answer("ingress", request, check=check)

    return run


def route(domain: str, port: int = 3000) -> Json:
    return {"domain": domain, "app": "my-app", "address": "127.0.0.1", "port": port}


def hostnames() -> list[str]:
    rules = json.loads(names.TUNNEL_CONFIGURATION.read_text())["ingress"]
    return [rule["hostname"] for rule in rules[:-1]]


def test_the_first_ingress_starts_the_tunnel_and_waits_for_it(
    ingress: Callable[..., Json], unit: Unit
) -> None:
    said = ingress("b.com", "a.com")
    assert not said["failed"], said["msg"]
    assert (said["restarted"], said["rules"], unit.restarts) == (True, 3, 1)
    assert (said["tunnel"]["ready"], said["tunnel"]["connections"]) == (True, 4)
    assert said["msg"] == "2 names go through the tunnel (cloudflared restarted)"
    assert hostnames() == ["a.com", "b.com"]
    assert program.answer("tunnel", {}) == {
        "failed": False,
        "changed": False,
        "ready": True,
        "connections": 4,
        "in_force": True,
        "version": "2026.8.2",
        "seconds": pytest.approx(0, abs=5),
    }


def test_it_is_restarted_only_when_its_rules_changed(ingress: Callable[..., Json], unit: Unit) -> None:
    ingress("a.com")
    said = ingress("a.com")
    assert (said["changed"], said["restarted"], unit.restarts) == (False, False, 1)
    assert ingress("a.com", "b.com")["restarted"]
    assert unit.restarts == 2


def test_a_run_that_was_cut_off_before_the_restart_goes_on(ingress: Callable[..., Json], unit: Unit) -> None:
    ingress("a.com")
    before, text = names.TUNNEL_CONFIGURATION.read_text(), ""
    ingress("a.com", "b.com")
    text = names.TUNNEL_CONFIGURATION.read_text()
    # As it is where the new file was written, and nobody was told.
    names.TUNNEL_CONFIGURATION.write_text(before)
    unit.restart(names.CLOUDFLARED_UNIT)
    time.sleep(0.5)
    names.TUNNEL_CONFIGURATION.write_text(text)
    said = ingress("a.com", "b.com")
    assert (said["failed"], said["restarted"]) == (False, True)


def test_the_credentials_are_readable_in_memory_and_nowhere_else(
    ingress: Callable[..., Json], host: Path, unit: Unit
) -> None:
    said = ingress("a.com")
    assert names.TUNNEL_CREDENTIALS.stat().st_mode & 0o777 == 0o600
    assert json.loads(names.TUNNEL_CREDENTIALS.read_text())["TunnelSecret"] == SECRET
    assert names.TUNNEL_CREDENTIALS_KEPT.stat().st_mode & 0o777 == 0o600
    others = [path for path in host.rglob("*") if path.is_file() and path != names.TUNNEL_CREDENTIALS]
    assert [path for path in others if SECRET in path.read_text(errors="replace")] == []
    assert SECRET not in str(said)


def test_after_a_reboot_they_are_readable_again(ingress: Callable[..., Json], capsys: Any) -> None:
    ingress("a.com")
    names.TUNNEL_CREDENTIALS.unlink()
    assert program.by_hand(["reopen_tunnel"]) == 0
    assert json.loads(names.TUNNEL_CREDENTIALS.read_text())["TunnelSecret"] == SECRET
    assert program.by_hand(["reopen_tunnel"]) == 0
    names.TUNNEL_CREDENTIALS.unlink()
    names.TUNNEL_CREDENTIALS_KEPT.unlink()
    assert program.by_hand(["reopen_tunnel"]) == 1
    assert "no credentials" in capsys.readouterr().err


def test_other_credentials_need_a_restart(ingress: Callable[..., Json], account: Account, unit: Unit) -> None:
    ingress("a.com")
    same = sealed("tunnel_credentials", credentials(account))
    assert not ingress("a.com", credentials=same)["restarted"], "the same, encrypted anew"
    other = sealed("tunnel_credentials", credentials(account) + "\n")
    assert ingress("a.com", credentials=other)["restarted"]


def test_credentials_that_were_half_brought_are_brought_by_the_next_run(
    ingress: Callable[..., Json], account: Account
) -> None:
    ingress("a.com")
    text = credentials(account) + "\n"
    other = sealed("tunnel_credentials", text)
    # As it is where the run was cut off in the middle: the file that the tunnel reads can't be written.
    in_the_way = names.TUNNEL_CREDENTIALS.parent / f".{names.TUNNEL_CREDENTIALS.name}.tmp"
    in_the_way.mkdir()
    assert ingress("a.com", credentials=other)["failed"]
    in_the_way.rmdir()
    assert ingress("a.com", credentials=other)["restarted"]
    assert names.TUNNEL_CREDENTIALS.read_text() == text


def test_another_unit_that_nobody_restarted_it_for_needs_a_restart(
    ingress: Callable[..., Json], unit: Unit
) -> None:
    ingress("a.com")
    # As it is where the run that wrote it was cut off.
    (names.UNITS / names.CLOUDFLARED_UNIT).write_text("another")
    assert ingress("a.com")["restarted"]
    assert not ingress("a.com")["restarted"]
    assert unit.restarts == 2


def test_check_mode_changes_nothing(ingress: Callable[..., Json], unit: Unit) -> None:
    said = ingress("a.com", check=True)
    assert (said["failed"], said["changed"]) == (False, True)
    assert not names.TUNNEL_CONFIGURATION.exists()
    ingress("a.com")
    assert not ingress("a.com", check=True)["changed"]
    assert ingress("b.com", check=True)["changed"]
    assert hostnames() == ["a.com"]
    assert unit.restarts == 1


def test_an_ingress_that_is_refused_leaves_the_one_before_in_force(
    ingress: Callable[..., Json], unit: Unit, monkeypatch: pytest.MonkeyPatch, host: Path
) -> None:
    ingress("a.com")
    said = ingress("a.com", "a.com")
    assert (said["failed"], said["code"]) == (True, "ingress_invalid")
    picky = host / "picky"
    picky.write_text("#!/bin/sh\necho 'Validation failed: Hostname cannot contain a port' >&2\nexit 1\n")
    picky.chmod(0o755)
    monkeypatch.setattr(names, "CLOUDFLARED", picky)
    said = ingress("a.com", "b.com")
    assert (said["failed"], said["code"]) == (True, "ingress_invalid")
    assert "Hostname cannot contain a port" in said["msg"]
    assert hostnames() == ["a.com"]
    assert unit.restarts == 1


def test_a_rule_stays_for_a_name_whose_record_could_not_go(ingress: Callable[..., Json]) -> None:
    ingress("a.com", "b.com")
    ingress("a.com", keep=["b.com"])
    assert hostnames() == ["a.com", "b.com"]
    ingress("a.com")
    assert hostnames() == ["a.com"]


@pytest.mark.parametrize(
    "spoilt",
    [
        b"tunnel: mine",
        b"\xff\xfe",
        b"[1]",
        b'{"ingress": 1, "metrics": {}}',
        b'{"ingress": [{"hostname": ["b.com"], "service": 1}, {"hostname": "b.com"}, "b.com"]}',
    ],
)
def test_what_somebody_has_spoilt_is_written_anew(ingress: Callable[..., Json], spoilt: bytes) -> None:
    ingress("a.com")
    names.TUNNEL_CONFIGURATION.write_bytes(spoilt)
    assert program.answer("tunnel", {})["in_force"] is False
    said = ingress("a.com", keep=["b.com"])
    assert not said["failed"], said
    assert hostnames() == ["a.com"]


@pytest.mark.parametrize("kept", [True, False])
def test_credentials_that_somebody_has_spoilt_are_written_anew(
    ingress: Callable[..., Json], kept: bool
) -> None:
    ingress("a.com")
    names.TUNNEL_CREDENTIALS.write_bytes(b"\xff")
    if not kept:
        names.TUNNEL_CREDENTIALS_KEPT.write_bytes(b"\xff")
    assert ingress("a.com")["restarted"]
    assert json.loads(names.TUNNEL_CREDENTIALS.read_text())["TunnelSecret"] == SECRET
    names.TUNNEL_CREDENTIALS.chmod(0o644)
    assert ingress("a.com")["changed"]
    assert names.TUNNEL_CREDENTIALS.stat().st_mode & 0o777 == 0o600
    assert not ingress("a.com")["changed"]


def test_a_host_without_a_tunnel_says_so(ingress: Callable[..., Json]) -> None:
    (names.UNITS / names.CLOUDFLARED_UNIT).unlink()
    said = ingress("a.com")
    assert (said["failed"], said["code"]) == (True, "edge_not_ready")
    assert program.answer("tunnel", {})["code"] == "edge_not_ready"
    assert not names.TUNNEL_CONFIGURATION.exists()


def test_a_tunnel_that_does_not_connect_tells_its_last_words(
    ingress: Callable[..., Json], account: Account
) -> None:
    wrong = sealed("tunnel_credentials", credentials(account, "d3Jvbmc="))
    said = ingress("a.com", credentials=wrong, timeout=1)
    assert (said["failed"], said["code"]) == (True, "tunnel_not_connected")
    assert said["details"]["logs"] == ["the last line it wrote"]
    assert not program.answer("tunnel", {})["ready"]


def test_a_tunnel_that_was_deleted_is_named_as_that(ingress: Callable[..., Json], account: Account) -> None:
    ingress("a.com")
    account.control("DELETE", f"tunnels/{TUNNEL}")
    time.sleep(1)
    said = ingress("a.com", "b.com", timeout=1)
    assert (said["failed"], said["code"]) == (True, "tunnel_not_found")
    assert "--tunnel-id" in said["details"]["next_step"]


@pytest.fixture
def managed(account: Account) -> None:
    account.control("DELETE", f"tunnels/{TUNNEL}")
    account.control(
        "POST", "tunnels", {"name": "d", "secret": SECRET, "config_src": "cloudflare", "identity": TUNNEL}
    )


@pytest.mark.usefixtures("managed")
def test_a_tunnel_managed_at_cloudflare_is_told_there_and_not_restarted(
    ingress: Callable[..., Json], account: Account, unit: Unit
) -> None:
    assert not ingress("a.com", management="remote")["failed"]
    said = ingress("a.com", "b.com", management="remote")
    assert (said["failed"], said["changed"], said["restarted"], unit.restarts) == (False, True, False, 1)
    (tunnel,) = account.control("GET", "state")["tunnels"]
    assert [rule.get("hostname") for rule in tunnel["config"]["ingress"]] == ["a.com", "b.com", None]
    assert program.answer("tunnel", {})["in_force"]
    assert not ingress("a.com", "b.com", management="remote")["changed"]


@pytest.mark.usefixtures("managed")
def test_one_that_goes_by_the_rules_at_cloudflare_is_named_as_that(
    ingress: Callable[..., Json], unit: Unit
) -> None:
    assert not ingress("a.com", management="remote")["failed"]
    said = ingress("b.com", management="local", timeout=2)
    assert (said["failed"], said["code"]) == (True, "tunnel_management")
    assert "--management remote" in said["details"]["next_step"]


def test_one_that_takes_no_rules_from_cloudflare_is_named_as_that(
    ingress: Callable[..., Json], unit: Unit
) -> None:
    said = ingress("a.com", management="remote")
    assert (said["failed"], said["code"]) == (True, "tunnel_management")
    assert "--management local" in said["details"]["next_step"]


@pytest.mark.usefixtures("managed")
def test_there_a_tunnel_that_is_gone_or_a_wrong_token_is_a_reason(
    ingress: Callable[..., Json], account: Account
) -> None:
    wrong = sealed("cloudflare_token", "wrong")
    assert ingress("a.com", management="remote", token=wrong)["code"] == "cloudflare_forbidden"
    account.control("POST", "faults", {"answer": 500, "path": "configurations"})
    assert ingress("a.com", management="remote")["code"] == "cloudflare_error"
    account.control("DELETE", "faults")
    account.control("DELETE", f"tunnels/{TUNNEL}")
    assert ingress("a.com", management="remote")["code"] == "tunnel_not_found"
