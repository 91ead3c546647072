"""How the stand-in for cloudflared starts, is connected, and ends."""

import signal
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.stand_ins.account import TUNNEL, Account
from tests.stand_ins.origin import Origin
from tests.stand_ins.program import Program, command

Start = Callable[..., Program]
LAST = {"service": "http_status:404"}


def at_the_api(account: Account, certificate: Path, **changes: str) -> dict[str, str]:
    """The environment of one that is to reach the stand-in for the API."""
    where = {
        "PVDIFY_STAND_IN_API": account.server.url,
        "PVDIFY_STAND_IN_AUTHORITY": str(certificate / "ca.crt"),
    }
    return {**where, "account_id": account.id, **changes}


def test_it_ends_well_when_it_is_told_to(program: Start) -> None:
    tunnel = program({"ingress": [LAST]})
    tunnel.process.send_signal(signal.SIGTERM)
    assert tunnel.process.wait(10) == 0


def test_what_is_in_flight_ends_first(program: Start, origin: Origin) -> None:
    tunnel = program({"ingress": [{"service": origin.service}]})
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(tunnel.asked, "app.example", "/slow")
        tunnel.until(
            lambda: "concurrent_requests_per_tunnel 1" in tunnel.metrics("/metrics").text, "one is asked"
        )
        tunnel.process.send_signal(signal.SIGTERM)
        tunnel.until_ready(503)
        assert slow.result().status_code == 200
    assert tunnel.process.wait(10) == 0


def test_what_does_not_end_is_cut_after_the_grace_period(program: Start, origin: Origin) -> None:
    tunnel = program({"ingress": [{"service": origin.service}], "grace-period": "1s"})
    with tunnel.asked("app.example", "/stream", stream=True):
        tunnel.process.send_signal(signal.SIGTERM)
        assert tunnel.process.wait(10) == 0


def test_it_never_reloads(program: Start) -> None:
    tunnel = program({"ingress": [LAST]})
    tunnel.process.send_signal(signal.SIGHUP)
    # A shell calls that 129.
    assert tunnel.process.wait(10) == -signal.SIGHUP


def test_with_no_rules_it_serves_nothing(program: Start) -> None:
    assert program({}).asked("app.example").status_code == 503


@pytest.mark.parametrize(
    ("configuration", "credentials", "says"),
    [
        ("{}", None, "doesn't exist"),
        ("{}", "[]", "lacks AccountTag"),
        ("{}", "{", "no JSON"),
        (
            '{"tunnel": "another"}',
            f'{{"AccountTag": "a", "TunnelID": "{TUNNEL}", "TunnelSecret": "s"}}',
            "not of another",
        ),
        (
            '{"ingress": [{}]}',
            f'{{"AccountTag": "a", "TunnelID": "{TUNNEL}", "TunnelSecret": "s"}}',
            "invalid address",
        ),
    ],
)
def test_it_does_not_start(tmp_path: Path, configuration: str, credentials: str | None, says: str) -> None:
    (tmp_path / "config.yml").write_text(configuration)
    if credentials:
        (tmp_path / "credentials.json").write_text(credentials)
    ended = subprocess.run(
        command(
            *("tunnel", "--config", str(tmp_path / "config.yml")),
            *("--credentials-file", str(tmp_path / "credentials.json"), "run"),
        ),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_is_connected_while_its_tunnel_is_there(
    program: Start, account: Account, certificate: Path
) -> None:
    tunnel = program({"ingress": [LAST]}, **at_the_api(account, certificate))
    tunnel.until_ready()
    path = f"/accounts/{account.id}/cfd_tunnel/{TUNNEL}"
    assert account.result("GET", path)["status"] == "healthy"
    assert account.refused(400, "DELETE", path) == 1022
    account.control("DELETE", f"tunnels/{TUNNEL}")
    tunnel.until_ready(503)
    # It goes on trying, and is back as soon as it can.
    account.control("POST", "tunnels", {"name": "demo", "secret": "c2VjcmV0", "identity": TUNNEL})
    tunnel.until_ready()


def test_with_wrong_credentials_it_is_not(program: Start, account: Account, certificate: Path) -> None:
    tunnel = program({"ingress": [LAST]}, **at_the_api(account, certificate, secret="another"))
    assert tunnel.metrics("/ready").status_code == 503
    assert account.control("GET", "state")["tunnels"][0]["connections"] == 0


def test_a_tunnel_managed_there_takes_its_rules_from_there(
    program: Start, account: Account, certificate: Path, origin: Origin
) -> None:
    account.control("DELETE", f"tunnels/{TUNNEL}")
    account.control(
        "POST", "tunnels", {"name": "t", "secret": "c2VjcmV0", "config_src": "cloudflare", "identity": TUNNEL}
    )
    tunnel = program({}, **at_the_api(account, certificate))
    tunnel.until_ready()
    assert tunnel.asked("app.example").status_code == 503
    rules = [{"hostname": "app.example", "service": origin.service}, LAST]
    account.result("PUT", account.configurations, {"config": {"ingress": rules}})
    tunnel.until(lambda: tunnel.asked("app.example").status_code == 200, "the rules are in force")
    assert tunnel.metrics("/config").json()["version"] == 1
    # The API's silence changes nothing.
    account.server.stop()
    tunnel.until_ready(503)
    assert tunnel.asked("app.example").status_code == 200
