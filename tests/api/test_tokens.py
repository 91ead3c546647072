"""The form of a token."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pvdifyd import tokens


def test_a_token_has_its_prefix_and_length() -> None:
    assert re.fullmatch(r"pvd_[0-9A-Za-z]{38}", tokens.new())
    assert tokens.new() != tokens.new()


def test_a_new_token_is_well_formed() -> None:
    assert all(tokens.is_well_formed(tokens.new()) for _ in range(100))


@given(st.integers(4, 41), st.sampled_from("0Zz-é\n"))
def test_a_mistyped_token_is_not(position: int, character: str) -> None:
    token = tokens.new()
    mistyped = token[:position] + character + token[position + 1 :]
    assert tokens.is_well_formed(mistyped) == (mistyped == token)


def test_neither_a_cut_nor_a_padded_token_is_well_formed() -> None:
    token = tokens.new()
    assert not tokens.is_well_formed(token[:-1])
    assert not tokens.is_well_formed(token + "\n")
    assert not tokens.is_well_formed("")


def test_what_is_stored_is_a_hash() -> None:
    token = tokens.new()
    assert re.fullmatch(r"[0-9a-f]{64}", tokens.fingerprint(token))
    assert token not in tokens.fingerprint(token)
