"""Signing in: the certificate is trusted first, then the token is tried, and only then anything is kept."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests.adapters

from tests.cli.certificates import fingerprint
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

Certificate = tuple[str, str]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The directory that contexts and tokens are kept in."""
    return tmp_path / "settings" / "pvdify"


def _login(alone: Run, server: FakeServer, *options: str, **environment: str) -> None:
    answer = alone(
        "login", "--url", server.url, "--token-stdin", *options, piped=b"pvd_right\n", **environment
    )
    assert answer.exit_code == 0, answer.output


def test_a_login_is_all_that_later_commands_need(alone: Run, server: FakeServer, app: str) -> None:
    answer = alone("login", "--url", server.url, "--token-stdin", piped=b"pvd_right\n")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[:2] == [
        f"Signed in to {server.url} as tests.",
        "scope admin, every app, expires: never",
    ]
    assert alone("apps:info", app).exit_code == 0


def test_what_is_kept_nobody_else_can_read(alone: Run, server: FakeServer, kept: Path) -> None:
    _login(alone, server)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in kept.iterdir()} == {
        "contexts.json": 0o600,
        "tokens.json": 0o600,
    }
    assert "pvd_right" not in (kept / "contexts.json").read_text()


def test_a_token_file_that_others_may_read_is_refused(alone: Run, server: FakeServer, kept: Path) -> None:
    _login(alone, server)
    (kept / "tokens.json").chmod(0o644)
    answer = alone("apps")
    assert answer.exit_code == 2
    assert "others on this machine may read it (mode 644)" in answer.stderr
    assert f"chmod 600 {kept / 'tokens.json'}" in answer.stderr
    assert "pvd_right" not in answer.output


def test_a_login_in_json_has_no_token(alone: Run, server: FakeServer) -> None:
    answer = alone("login", "--url", server.url, "--token-stdin", "--json", piped=b"pvd_right")
    done = json.loads(answer.stdout)
    assert done["context"]["url"] == server.url
    assert done["whoami"]["scope"] == "admin"
    assert "pvd_right" not in answer.output


@pytest.mark.parametrize(
    ("status", "code"),
    [("expired", "token_expired"), ("revoked", "token_revoked"), (None, "unauthenticated")],
)
def test_a_token_that_is_refused_is_not_kept(
    alone: Run, server: FakeServer, kept: Path, status: str | None, code: str
) -> None:
    text = server.state.access.make("ci")
    if status:
        server.state.access.end("ci", status)
    token = text if status else "pvd_unknown"
    answer = alone("login", "--url", server.url, "--token-stdin", piped=token.encode())
    assert answer.exit_code == 3
    assert f"[{code}]" in answer.stderr
    assert "pvdify tokens:create; on the server, pvdifyd token create" in answer.stderr
    assert token not in answer.output
    assert not kept.exists()


def test_too_many_refused_tokens_say_how_long_to_wait(alone: Run, server: FakeServer) -> None:
    problem = {"code": "too_many_attempts", "detail": "Too many sign-ins failed from 127.0.0.1."}
    server.faults.answers["GET", "/whoami"] = (429, "application/problem+json", json.dumps(problem))
    server.faults.retry_after = "42"
    answer = alone("login", "--url", server.url, "--token-stdin", piped=b"pvd_right")
    assert answer.exit_code == 3
    assert "It can be tried again in 42 s. [too_many_attempts]" in answer.stderr


@pytest.mark.parametrize(
    ("left", "warning"),
    [
        (timedelta(days=5, hours=1), "Warning: the token ci expires in 5 days."),
        (timedelta(days=1, hours=1), "Warning: the token ci expires in 1 day."),
        (timedelta(hours=2), "Warning: the token ci expires in less than a day."),
        (timedelta(days=15), ""),
    ],
)
@pytest.mark.parametrize("command", ["login", "whoami"])
def test_the_last_14_days_of_a_token_are_warned_of(
    alone: Run, server: FakeServer, left: timedelta, warning: str, command: str
) -> None:
    ends = (datetime.now(UTC) + left).strftime("%Y-%m-%dT%H:%M:%SZ")
    token = server.state.access.make("ci", "deploy", ["myapp"], ends)
    if command == "login":
        answer = alone("login", "--url", server.url, "--token-stdin", piped=token.encode())
        assert f"scope deploy, myapp, expires: {ends[:10]}" in answer.stdout
    else:
        answer = alone("whoami", PVDIFY_URL=server.url, PVDIFY_TOKEN=token)
    assert answer.exit_code == 0
    assert answer.stderr[: len(warning) or None] == warning


@pytest.mark.parametrize("variable", ["PVDIFY_URL", "PVDIFY_TOKEN", "PVDIFY_CONTEXT"])
def test_a_variable_that_counts_before_what_is_kept_is_named(
    alone: Run, server: FakeServer, variable: str
) -> None:
    other = {
        "PVDIFY_URL": "https://other.example.com",
        "PVDIFY_TOKEN": "pvd_other",
        "PVDIFY_CONTEXT": "other",
    }
    arguments = ("login", "--url", server.url, "--context", "mine", "--token-stdin")
    answer = alone(*arguments, piped=b"pvd_right", **{variable: other[variable]})
    assert answer.exit_code == 0
    assert f"Note: {variable} is set" in answer.stderr


@pytest.mark.parametrize("arguments", [["pvd_secret"], ["--url", "https://server/?token=pvd_secret"]])
def test_a_token_in_the_command_line_is_refused_and_not_shown(alone: Run, arguments: list[str]) -> None:
    answer = alone("login", *arguments)
    assert answer.exit_code == 2
    assert "pvd_secret" not in answer.output


def test_a_url_in_the_wrong_place(alone: Run) -> None:
    answer = alone("login", "https://server.example.com")
    assert answer.exit_code == 2
    assert "--url" in answer.stderr


@pytest.mark.parametrize("piped", [b"", b"\n", b"pvd right", b"pvd_\xff"])
def test_what_is_no_token(alone: Run, server: FakeServer, piped: bytes) -> None:
    answer = alone("login", "--url", server.url, "--token-stdin", piped=piped)
    assert answer.exit_code == 2
    assert not server.asked("GET", "/whoami")


def test_without_a_terminal_url_and_token_have_to_be_given(alone: Run, server: FakeServer) -> None:
    assert "pvdify login --url https://" in alone("login").stderr
    answer = alone("login", "--url", server.url)
    assert answer.exit_code == 2
    assert "--token-stdin" in answer.stderr


def test_a_server_that_is_none(alone: Run, server: FakeServer) -> None:
    server.faults.answers["GET", "/whoami"] = (404, "text/html", "<html>")
    answer = alone("login", "--url", server.url, "--token-stdin", piped=b"pvd_right")
    assert answer.exit_code == 4
    assert "didn't answer as pvdifyd does" in answer.stderr


# Certificates


def test_without_a_terminal_an_unknown_certificate_is_shown_and_no_token_is_sent(
    alone: Run, tls_server: FakeServer, certificate: Certificate, kept: Path
) -> None:
    answer = alone("login", "--url", tls_server.url, "--token-stdin", piped=b"pvd_right")
    assert answer.exit_code == 2
    assert f"Its SHA-256 fingerprint: {fingerprint(certificate[0])}" in answer.stderr
    assert f"sign in with --fingerprint {fingerprint(certificate[0])}" in answer.stderr
    assert not tls_server.requests
    assert not kept.exists()


@pytest.mark.parametrize("form", ["{}", "sha256 Fingerprint={}", "plain"])
def test_a_given_fingerprint_is_pinned(
    alone: Run, tls_server: FakeServer, certificate: Certificate, form: str
) -> None:
    digits = fingerprint(certificate[0])
    given = digits.replace(":", "").lower() if form == "plain" else form.format(digits)
    _login(alone, tls_server, "--fingerprint", given)
    assert alone("apps").exit_code == 0
    # Known by now, it needs no option.
    _login(alone, tls_server)


def test_another_than_the_given_fingerprint_is_refused(
    alone: Run, tls_server: FakeServer, certificate: Certificate, other_certificate: Certificate
) -> None:
    given, shown = fingerprint(other_certificate[0]), fingerprint(certificate[0])
    answer = alone(
        "login", "--url", tls_server.url, "--token-stdin", "--fingerprint", given, piped=b"pvd_right"
    )
    assert answer.exit_code == 7
    assert given in answer.stderr
    assert shown in answer.stderr
    assert not tls_server.requests


@pytest.mark.parametrize("given", ["", "AA:BB", "sha1 Fingerprint=AA", "G" * 64])
def test_what_is_no_fingerprint(alone: Run, tls_server: FakeServer, given: str) -> None:
    answer = alone("login", "--url", tls_server.url, "--fingerprint", given)
    assert answer.exit_code == 2
    assert "openssl x509" in answer.stderr


def test_a_certificate_that_changed_stops_every_command(
    alone: Run, tls_server: FakeServer, certificate: Certificate, other_certificate: Certificate
) -> None:
    pinned, shown = fingerprint(certificate[0]), fingerprint(other_certificate[0])
    _login(alone, tls_server, "--context", "home", "--fingerprint", pinned)
    tls_server.requests.clear()
    tls_server.show(other_certificate)
    answer = alone("apps")
    assert answer.exit_code == 7
    assert answer.stderr.splitlines() == [
        f"Error: The certificate of {tls_server.url} is not the one that was pinned. Nothing was sent.",
        f"       pinned:    {pinned}",
        f"       shown now: {shown}",
        "       It may be an attack: who is in between could read your token and all that you send.",
        "Next:  If the server has a new certificate, it shows the same fingerprint there: "
        "openssl x509 -noout -fingerprint -sha256 -in /var/lib/pvdify/tls/certificate.pem",
        "       Then accept it by signing in again: pvdify login --context home",
    ]
    assert not tls_server.requests

    answer = alone("login", "--token-stdin", piped=b"pvd_right")
    assert answer.exit_code == 2
    assert "has changed. It may be an attack" in answer.stderr
    assert not tls_server.requests

    _login(alone, tls_server, "--fingerprint", shown)
    assert alone("apps").exit_code == 0


def test_the_pin_holds_for_a_url_of_the_environment_too(
    alone: Run, tls_server: FakeServer, certificate: Certificate, other_certificate: Certificate
) -> None:
    _login(alone, tls_server, "--fingerprint", fingerprint(certificate[0]))
    environment = {"PVDIFY_URL": tls_server.url, "PVDIFY_TOKEN": "pvd_right"}
    assert alone("apps", **environment).exit_code == 0
    tls_server.show(other_certificate)
    assert "not the one that was pinned" in alone("apps", **environment).stderr
    assert alone("apps", **environment, PVDIFY_CA_FILE=other_certificate[0]).exit_code == 0


@pytest.mark.parametrize("given", ["option", "variable"])
def test_a_named_authority_is_remembered(
    alone: Run, tls_server: FakeServer, certificate: Certificate, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(certificate[0]).parent)
    options = ["--ca-file", "certificate.pem"] if given == "option" else []
    environment = {} if options else {"PVDIFY_CA_FILE": "certificate.pem"}
    _login(alone, tls_server, *options, **environment)
    monkeypatch.chdir("/")
    assert alone("apps").exit_code == 0
    Path(certificate[0]).unlink()
    answer = alone("apps")
    assert answer.exit_code == 2
    assert "can't be read" in answer.stderr


def test_an_authority_of_another_server(
    alone: Run, tls_server: FakeServer, other_certificate: Certificate
) -> None:
    options = ("--url", tls_server.url, "--token-stdin", "--ca-file", other_certificate[0])
    answer = alone("login", *options, piped=b"pvd_right")
    assert answer.exit_code == 7
    assert f"--ca-file is {other_certificate[0]}: is it" in answer.stderr
    assert not tls_server.requests


def test_one_way_to_trust_is_enough(alone: Run, tls_server: FakeServer, certificate: Certificate) -> None:
    digits = fingerprint(certificate[0])
    answer = alone("login", "--url", tls_server.url, "--ca-file", certificate[0], "--fingerprint", digits)
    assert answer.exit_code == 2
    assert "Leave one of them out" in answer.stderr


def test_a_certificate_that_the_system_trusts_needs_no_question_and_may_be_renewed(
    alone: Run,
    tls_server: FakeServer,
    certificate: Certificate,
    other_certificate: Certificate,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(Path(certificate[0]).read_text())
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(trusted))
    _login(alone, tls_server)
    tls_server.show(other_certificate)
    trusted.write_text(Path(other_certificate[0]).read_text())
    assert alone("apps").exit_code == 0


def test_a_server_that_is_down(alone: Run, tls_server: FakeServer) -> None:
    tls_server.stop()
    answer = alone("login", "--url", tls_server.url, "--token-stdin", piped=b"pvd_right")
    assert answer.exit_code == 7
    assert "Check --url, and on the server whether pvdifyd runs." in answer.stderr


def test_tls_spoken_to_a_port_without_it(alone: Run, server: FakeServer) -> None:
    url = server.url.replace("http://", "https://")
    for option in ([], ["--fingerprint", "ab" * 32]):
        answer = alone("login", "--url", url, "--token-stdin", *option, piped=b"pvd_right")
        assert answer.exit_code == 7
        assert "doesn't speak TLS" in answer.stderr
