"""Signing in as a person does: the fingerprint is asked about first, then the token, which is never seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.at_terminal import AtTerminal
from tests.cli.certificates import fingerprint
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

Certificate = tuple[str, str]


@pytest.fixture
def login(at_terminal: AtTerminal) -> AtTerminal:
    """Run `pvdify login` at a terminal, where no variable names a server or token."""
    return lambda *arguments, typed: at_terminal(
        "login", *arguments, typed=typed, columns=200, PVDIFY_URL="", PVDIFY_TOKEN=""
    )


def test_a_first_login(
    login: AtTerminal, alone: Run, tls_server: FakeServer, certificate: Certificate
) -> None:
    code, screen = login(typed=f"{tls_server.url}\ny\npvd_right\n")
    assert code == 0
    question, _, answer = screen.partition("Is it the same there, and do you trust it from now on? [y/N]: ")
    assert f"Its SHA-256 fingerprint: {fingerprint(certificate[0])}" in question
    assert "openssl x509 -noout -fingerprint -sha256 -in" in question
    assert f"Token for {tls_server.url} (not shown): " in answer
    assert "pvd_right" not in screen
    assert alone("whoami").exit_code == 0


def test_a_fingerprint_that_is_another_on_the_server(
    login: AtTerminal, tls_server: FakeServer, tmp_path: Path
) -> None:
    code, screen = login("--url", tls_server.url, typed="n\n")
    assert code == 7
    assert "is not trusted. No token was sent, and nothing is kept." in screen
    assert "Token for" not in screen
    assert not tls_server.requests
    assert not (tmp_path / "settings").exists()


def test_a_known_certificate_is_not_asked_about(
    login: AtTerminal, tls_server: FakeServer, certificate: Certificate
) -> None:
    login("--url", tls_server.url, "--fingerprint", fingerprint(certificate[0]), typed="pvd_right\n")
    code, screen = login(typed="pvd_right\n")
    assert code == 0
    assert "fingerprint" not in screen


def test_a_changed_certificate_is_asked_about_with_a_warning(
    login: AtTerminal,
    alone: Run,
    tls_server: FakeServer,
    certificate: Certificate,
    other_certificate: Certificate,
) -> None:
    login("--url", tls_server.url, "--fingerprint", fingerprint(certificate[0]), typed="pvd_right\n")
    tls_server.show(other_certificate)
    code, screen = login(typed="y\npvd_right\n")
    assert code == 0
    assert "WARNING: the certificate of" in screen
    assert f"pinned:    {fingerprint(certificate[0])}" in screen
    assert f"shown now: {fingerprint(other_certificate[0])}" in screen
    assert alone("apps").exit_code == 0


def test_ctrl_c_instead_of_a_token(login: AtTerminal, server: FakeServer) -> None:
    code, screen = login("--url", server.url, typed="\x03")
    assert code == 130
    assert "Traceback" not in screen
