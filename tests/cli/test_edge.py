"""`pvdify edge`, `edge:set` and `tunnels`."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_domains import NO_EDGE
from tests.cli.fake_server import FakeServer

ACCOUNT = "0123456789abcdef" * 2
TUNNEL = "6ff42ae2-765d-4adf-8112-31c55c1551ef"
SETTINGS: dict[str, Any] = {
    "account_id": ACCOUNT,
    "tunnel_id": TUNNEL,
    "management": "local",
    "tls": "report",
    "endpoint": "https://api.cloudflare.com/client/v4",
    "authority": None,
    "install": {"way": "binary", "version": None, "url": "https://example.com/c", "sha256": "0" * 64},
    "metrics_port": 2999,
}


@pytest.fixture
def credentials(tmp_path: Path) -> str:
    content = {"AccountTag": ACCOUNT, "TunnelID": TUNNEL, "TunnelSecret": "canary"}
    (tmp_path / "tunnel.json").write_text(json.dumps(content))
    return "tunnel.json"


@pytest.fixture
def tunnel(server: FakeServer) -> None:
    """A host that has one already."""
    secrets = ["cloudflare_token", "tunnel_credentials"]
    edge = {**NO_EDGE, "kind": "cloudflare", "cloudflare": SETTINGS, "secrets": secrets}
    server.state.domains.edges["local"] = edge
    server.state.hosts[0]["edge"] = "cloudflare"


def given(server: FakeServer) -> Any:
    return server.state.domains.given[-1]


def test_a_tunnel_needs_its_credentials_and_a_token(
    pvdify: Run, server: FakeServer, credentials: str
) -> None:
    answer = pvdify(
        "edge:set", "cloudflare", "--credentials-file", credentials, "--token-stdin", piped=b"canary\n"
    )
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.splitlines()[0] == "Setting the edge of local to cloudflare: operation 1"
    assert answer.stdout.splitlines()[-1] == "Operation 1 (edge of host local) succeeded."
    body = given(server)
    assert body["kind"] == "cloudflare"
    assert json.loads(body["cloudflare"].pop("credentials"))["TunnelSecret"] == "canary"
    assert body["cloudflare"] == {"account_id": ACCOUNT, "tunnel_id": TUNNEL, "token": "canary"}
    assert "canary" not in answer.output


@pytest.mark.usefixtures("tunnel")
def test_what_is_not_given_stays(pvdify: Run, server: FakeServer) -> None:
    assert pvdify("edge:set", "cloudflare", "--tls", "set").exit_code == 0
    assert given(server) == {"kind": "cloudflare", "cloudflare": {**SETTINGS, "tls": "set"}}
    assert pvdify("edge:set", "cloudflare", "--token-stdin", piped=b"new").exit_code == 0
    assert given(server)["cloudflare"] == {**SETTINGS, "token": "new"}
    assert pvdify("edge:set", "cloudflare", "--install", "present").exit_code == 0
    assert given(server)["cloudflare"]["install"] == {"way": "present"}
    assert pvdify("edge:set", "cloudflare", "--install-sha256", "1" * 64).exit_code == 0
    assert given(server)["cloudflare"]["install"] == {**SETTINGS["install"], "sha256": "1" * 64}


@pytest.mark.usefixtures("tunnel")
def test_a_token_is_asked_for_where_another_endpoint_shall_have_it(pvdify: Run, server: FakeServer) -> None:
    other = ("edge:set", "cloudflare", "--endpoint", "https://api.example.com")
    answer = pvdify(*other)
    assert answer.exit_code == 2
    assert "--token-stdin" in answer.stderr
    assert server.state.domains.given == []
    assert pvdify(*other, "--token-stdin", piped=b"new").exit_code == 0
    assert given(server)["cloudflare"] == {**SETTINGS, "endpoint": "https://api.example.com", "token": "new"}


@pytest.mark.usefixtures("tunnel")
def test_new_credentials_bring_their_own_tunnel(pvdify: Run, server: FakeServer, tmp_path: Path) -> None:
    other = {"AccountTag": "f" * 32, "TunnelID": "other", "TunnelSecret": "s"}
    (tmp_path / "other.json").write_text(json.dumps(other))
    (tmp_path / "ca.pem").write_text("PEM")
    pvdify("edge:set", "cloudflare", "--credentials-file", "other.json", "--authority-file", "ca.pem")
    body = given(server)["cloudflare"]
    assert (body["account_id"], body["tunnel_id"], body["authority"]) == ("f" * 32, "other", "PEM")
    pvdify("edge:set", "cloudflare", "--credentials-file", "other.json", "--tunnel-id", TUNNEL)
    assert given(server)["cloudflare"]["tunnel_id"] == TUNNEL, "the server says that they don't fit"


@pytest.mark.usefixtures("tunnel")
def test_a_tunnels_token_brings_its_own_tunnel(pvdify: Run, server: FakeServer, tmp_path: Path) -> None:
    inside = json.dumps({"a": "f" * 32, "t": "other", "s": "canary"}).encode()
    token = base64.b64encode(inside).decode()
    (tmp_path / "tunnel.token").write_text(f"{token}\n")
    assert pvdify("edge:set", "cloudflare", "--credentials-file", "tunnel.token").exit_code == 0
    body = given(server)["cloudflare"]
    assert (body["account_id"], body["tunnel_id"], body["credentials"]) == ("f" * 32, "other", token)


@pytest.mark.usefixtures("tunnel")
@pytest.mark.parametrize("content", ["{", "[1]", "no token", "WzFd", "bnVsbA==", "/w==", "é", ""])
def test_what_is_none_of_a_tunnel_is_left_to_the_server(
    pvdify: Run, server: FakeServer, tmp_path: Path, content: str
) -> None:
    (tmp_path / "odd").write_text(content)
    assert pvdify("edge:set", "cloudflare", "--credentials-file", "odd").exit_code == 0
    assert given(server)["cloudflare"] == {**SETTINGS, "credentials": content}


def test_without_a_terminal_the_token_is_piped(pvdify: Run, server: FakeServer, credentials: str) -> None:
    answer = pvdify("edge:set", "cloudflare", "--credentials-file", credentials)
    assert answer.exit_code == 2
    assert "--token-stdin" in answer.stderr
    assert server.state.domains.given == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["caddy", "--tunnel-id", TUNNEL], "--tunnel-id says nothing of caddy"),
        (["none", "--email", "a@b.example"], "--email says nothing of none"),
        (["cloudflare", "--email", "a@b.example"], "--email says nothing of cloudflare"),
        (["cloudflare", "--credentials-file", "nowhere"], "nowhere can't be read"),
        (["cloudflare", "--authority-file", "\0"], "can't be read"),
        (["cloudflare", "--host", ".."], "is not a host's name"),
        (["nginx"], "nginx"),
        (["cloudflare", "--token", "canary"], "No such option"),
    ],
)
def test_what_makes_no_sense_is_not_sent(
    pvdify: Run, server: FakeServer, arguments: list[str], said: str
) -> None:
    answer = pvdify("edge:set", *arguments)
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert "canary" not in answer.output
    assert server.state.domains.given == []


def test_caddy_and_none(pvdify: Run, server: FakeServer) -> None:
    assert pvdify("edge:set", "caddy", "--email", "a@b.example").exit_code == 0
    assert given(server) == {"kind": "caddy", "caddy": {"email": "a@b.example"}}
    assert pvdify("edge:set", "caddy", "--certificates", "internal", "--json").exit_code == 0
    assert given(server) == {"kind": "caddy", "caddy": {"certificates": "internal"}}
    assert pvdify("edge:set", "none", "--no-wait").exit_code == 0
    assert given(server) == {"kind": "none"}


@pytest.mark.usefixtures("tunnel")
def test_an_edge_is_shown_without_its_secrets(pvdify: Run) -> None:
    answer = pvdify("edge")
    fields = dict(line.split(maxsplit=1) for line in answer.stdout.splitlines() if len(line.split()) > 1)
    assert fields["edge"] == "cloudflare"
    assert fields["tls"] == "report"
    assert fields["secrets"] == "cloudflare_token, tunnel_credentials"
    assert json.loads(pvdify("edge", "--json").stdout)["cloudflare"] == SETTINGS


def test_tunnels_of_all_hosts(pvdify: Run, server: FakeServer) -> None:
    assert "pvdify edge:set cloudflare" in pvdify("tunnels").stdout
    server.state.hosts = [
        {"name": name, "connection": "local", "edge": edge}
        for name, edge in (("a", "cloudflare"), ("b", "none"), ("c", "cloudflare"))
    ]
    told = {"ready": True, "connections": 4, "in_force": False, "version": "2026.8.2"}
    server.state.domains.tunnels["a"] = told
    answer = pvdify("tunnels")
    header, first, second = answer.stdout.splitlines()
    assert header.split()[:3] == ["HOST", "READY", "CONNECTIONS"]
    assert first.split() == ["a", "yes", "4", "no", "2026.8.2", "-"]
    assert second.split()[:2] == ["c", "no"]
    assert "connection refused" in second
    assert json.loads(pvdify("tunnels", "--host", "a", "--json").stdout) == [
        {"host": "a", **told, "problem": None}
    ]
