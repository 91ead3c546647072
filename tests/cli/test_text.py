"""Nothing that could steer a terminal is printed."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pvdify.display.reason import lines
from pvdify.display.text import duration, moment, percent, size, visible, word

# Lone surrogates too: they come out of arguments and files that are no UTF-8.
ANY_TEXT = st.text(st.characters(codec=None) | st.characters(categories=["Cc", "Cf", "Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


def _harmless(text: str) -> bool:
    return all(unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in text)


@given(ANY_TEXT)
def test_visible_text_is_harmless_and_can_be_written(text: str) -> None:
    shown = visible(text)
    assert _harmless(shown)
    shown.encode("utf-8")


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_printable_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@given(ANY_TEXT)
def test_making_visible_twice_changes_nothing_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(JSON)
def test_any_value_is_one_harmless_line(value: object) -> None:
    assert _harmless(word(value))
    assert _harmless(moment(value))


@given(
    st.dictionaries(
        st.sampled_from(["code", "message", "probe", "exit_code", "logs", "next_step", "x"]), JSON
    )
)
def test_any_reason_is_harmless_lines(reason: dict[str, object]) -> None:
    assert all(_harmless(line) for line in lines("It failed.", reason))


def test_escapes_are_shown_as_people_write_them() -> None:
    assert visible("\x1b[2J\x07\x9b\u202e\t\udcff") == "\\x1b[2J\\x07\\x9b\\u202e    \\udcff"


def test_durations_read_well() -> None:
    assert [duration(value) for value in (None, 0.44, 42, 200)] == ["", "0.4 s", "42.0 s", "3 min 20 s"]


def test_sizes_read_well() -> None:
    counts = (None, 0, 1023, 1024, 13_107_200, 1 << 29, 3 << 30, 1 << 44)
    assert [size(count) for count in counts] == [
        *("", "0B", "1023B", "1.0K", "12.5M", "512.0M", "3.0G", "16384.0G")
    ]
    assert [percent(number) for number in (None, 0.0, 3.14, 100)] == ["", "0.0%", "3.1%", "100.0%"]
