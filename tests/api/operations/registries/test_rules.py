"""What a registry, a username and a password may be; what a refusal says, and what it does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.errors import InvalidError, RuleError
from pvdifyd.operations.registries.rules import check_password, check_username, registry_named


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("ghcr.io", "ghcr.io"),
        ("10.0.0.1:5000", "10.0.0.1:5000"),
        ("[::1]:5000", "[::1]:5000"),
        ("localhost", "localhost"),
        ("docker.io", "docker.io"),
        ("index.docker.io", "docker.io"),
        ("https://registry-1.docker.io/v2/", "docker.io"),
        ("https://ghcr.io", "ghcr.io"),
        ("HTTP://GHCR.io/", "ghcr.io"),
        ("Registry.Example.com:5000", "registry.example.com:5000"),
    ],
)
def test_a_registry_is_called_as_in_an_image(name: str, kept: str) -> None:
    assert registry_named(name) == kept


@pytest.mark.parametrize(
    "name",
    [
        "",
        "https:",
        "https://",
        "a/b",
        "ghcr.io/acme",
        "ftp://a",
        "u@a",
        "a b",
        "-a",
        "a..b",
        "é.example",
        "a:",
        "a" * 256,
    ],
)
def test_what_is_no_registry_is_refused(name: str) -> None:
    with pytest.raises(InvalidError) as refused:
        registry_named(name)
    assert refused.value.errors[0].rule == "registry"


def refusal_of(check: Callable[[str], str], value: str) -> str | None:
    """What is said where the value is refused."""
    try:
        check(value)
    except RuleError as broken:
        return broken.detail
    return None


@given(st.text())
def test_a_username_keeps_its_rule_or_is_not_repeated(username: str) -> None:
    allowed = 1 <= len(username) <= 255 and ":" not in username and all(" " <= c != "\x7f" for c in username)
    refusal = refusal_of(check_username, username)
    assert (refusal is None) == allowed
    assert refusal is None or len(username) < 12 or username not in refusal


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_password_keeps_its_rule_or_is_not_repeated(password: str) -> None:
    allowed = password != "" and not set(password) & set("\0\r\n")
    refusal = refusal_of(check_password, password)
    assert (refusal is None) == allowed
    assert refusal is None or len(password) < 12 or password not in refusal


@pytest.mark.parametrize(
    ("password", "fits"), [("x" * 65536, True), ("x" * 65537, False), ("é" * 32769, False)]
)
def test_a_passwords_size_is_that_of_its_bytes(password: str, fits: bool) -> None:
    if fits:
        check_password(password)
        return
    with pytest.raises(RuleError, match="bytes"):
        check_password(password)
