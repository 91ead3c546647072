"""Tokens in the system's keyring, where the package keyring has a backend that works."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


class FakeKeyring:
    """The package and its backend at once: what `import keyring` gives, and what get_keyring() does."""

    priority = 5.0

    def __init__(self) -> None:
        self.passwords: dict[tuple[str, str], str] = {}
        self.before_each: Callable[[], None] = lambda: None

    def get_keyring(self) -> FakeKeyring:
        return self

    def set_password(self, service: str, account: str, password: str) -> None:
        self.before_each()
        self.passwords[service, account] = password

    def get_password(self, service: str, account: str) -> str | None:
        self.before_each()
        return self.passwords.get((service, account))

    def delete_password(self, service: str, account: str) -> None:
        self.before_each()
        del self.passwords[service, account]


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    fake = FakeKeyring()
    monkeypatch.setitem(sys.modules, "keyring", fake)
    return fake


def _lock() -> None:
    raise OSError("the keyring is locked")


def _login(alone: Run, server: FakeServer) -> str:
    answer = alone("login", "--url", server.url, "--context", "home", "--token-stdin", piped=b"pvd_right")
    assert answer.exit_code == 0
    return answer.stdout


def test_the_keyring_is_taken_where_it_works(
    alone: Run, server: FakeServer, keyring: FakeKeyring, tmp_path: Path
) -> None:
    assert "The token is in the system's keyring" in _login(alone, server)
    assert keyring.passwords == {("pvdify", f"home {server.url}"): "pvd_right"}
    assert not (tmp_path / "settings" / "pvdify" / "tokens.json").exists()
    assert alone("apps").exit_code == 0
    assert alone("logout").exit_code == 0
    assert keyring.passwords == {}


def test_a_token_moves_from_the_file_into_the_keyring(
    alone: Run, server: FakeServer, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "tokens.json" in _login(alone, server)
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    _login(alone, server)
    assert "pvd_right" not in (tmp_path / "settings" / "pvdify" / "tokens.json").read_text()


@pytest.mark.parametrize("weak", ["a poor backend", "one that forgets", "one that fails"])
def test_a_file_where_the_keyring_does_not_work(
    alone: Run, server: FakeServer, keyring: FakeKeyring, weak: str
) -> None:
    if weak == "a poor backend":
        keyring.priority = 0
    elif weak == "one that forgets":
        keyring.before_each = keyring.passwords.clear
    else:
        keyring.before_each = _lock
    assert "tokens.json" in _login(alone, server)
    assert alone("apps").exit_code == 0


def test_a_locked_keyring_says_what_to_do(alone: Run, server: FakeServer, keyring: FakeKeyring) -> None:
    _login(alone, server)
    keyring.before_each = _lock
    for command in ("apps", "logout"):
        answer = alone(command)
        assert answer.exit_code == 2
        assert "that can't be opened: the keyring is locked" in answer.stderr
        assert "pvdify login" in answer.stderr


def test_a_keyring_that_is_not_installed_any_more(
    alone: Run, server: FakeServer, keyring: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    _login(alone, server)
    monkeypatch.setitem(sys.modules, "keyring", None)
    answer = alone("apps")
    assert answer.exit_code == 2
    assert "pvdify[keyring]" in answer.stderr
    assert _login(alone, server)
