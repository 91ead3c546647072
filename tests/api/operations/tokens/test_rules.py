"""What a token's name, apps and lifetime may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd import clock, tokens
from pvdifyd.errors import RuleError
from pvdifyd.operations.tokens import rules


@pytest.mark.parametrize("name", ["ci", "anna@laptop", "gh-actions", "token-1", "a.b_c", "A" * 100])
def test_a_name(name: str) -> None:
    assert rules.check_name(name) == name


@pytest.mark.parametrize("name", ["", "-a", ".a", "a b", "a/b", "a\n", "é", "a" * 101])
def test_what_is_no_name_says_why(name: str) -> None:
    with pytest.raises(RuleError, match="as in ci"):
        rules.check_name(name)


def test_a_token_as_a_name_is_not_repeated() -> None:
    text = tokens.new()
    with pytest.raises(RuleError) as refused:
        rules.check_name(text)
    assert text not in refused.value.detail


@given(st.text(max_size=8))
def test_whatever_else_is_written_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="as 90d"):
        rules.expiry(text + "!")


@pytest.mark.parametrize("text", ["90d", "1m", "87600h", "3650d"])
def test_a_lifetime_ends(text: str) -> None:
    assert (rules.expiry(text) or "") > clock.now()


def test_a_token_that_never_ends() -> None:
    assert rules.expiry("never") is None


def test_apps_are_in_order_and_each_once() -> None:
    assert rules.checked_apps(["b", "a", "b"]) == ["a", "b"]
    assert rules.checked_apps(None) is None
