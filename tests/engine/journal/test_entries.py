"""From journalctl's lines to the lines that apps wrote: real ones, long ones in parts, and any bytes at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.engine.journal.entries import (
    CONMON_BUFFER,
    LONGEST_LINE,
    MOST_UNFINISHED,
    Entry,
    Lines,
    cursor_of,
)

SEQUENCE, BOOT = "a30f06aec6e94194909cf3a83f0b639f", "a4c02e57e3344d77b1729ff7f0d0fa8a"

# As journalctl 257 prints it, with the fields that are asked for.
REAL = (
    b'{"__SEQNUM":"1345","PVDIFY_PROCESS":"web","PVDIFY_RELEASE":"41","PVDIFY_INSTANCE":"2","PRIORITY":"6",'
    b'"__MONOTONIC_TIMESTAMP":"2059292807","MESSAGE":"line 6\\n","CONTAINER_ID":"4ee9e99d536b",'
    b'"__SEQNUM_ID":"a30f06aec6e94194909cf3a83f0b639f","__REALTIME_TIMESTAMP":"1795512065902853",'
    b'"_BOOT_ID":"a4c02e57e3344d77b1729ff7f0d0fa8a","__CURSOR":"s=a30f06aec6e94194909cf3a83f0b639f;i=541;'
    b'b=a4c02e57e3344d77b1729ff7f0d0fa8a;m=7abe5087;t=661023ae0c905;x=9a9ba2ebece79230"}'
)


def printed(number: int, message: Any, **changes: Any) -> bytes:
    """A line of journalctl's; a field that is None is left out."""
    fields = {
        "__CURSOR": f"s={SEQUENCE};i={number:x};b={BOOT};m={number:x};t={number:x};x=1",
        "__REALTIME_TIMESTAMP": str(number),
        "PVDIFY_PROCESS": "web",
        "PVDIFY_RELEASE": "1",
        "PVDIFY_INSTANCE": "1",
        "PRIORITY": "6",
        "CONTAINER_ID": "4ee9e99d536b",
        "MESSAGE": message,
        **changes,
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def part(number: int, message: Any, **changes: Any) -> bytes:
    return printed(number, message, CONTAINER_PARTIAL_MESSAGE="true", **changes)


def taken(*lines: bytes) -> list[Entry]:
    reader = Lines()
    return [entry for line in lines for entry in reader.take(line)]


def test_a_line_as_journalctl_prints_it() -> None:
    (entry,) = taken(REAL)
    assert (entry.process, entry.instance, entry.units, entry.message) == ("web", 2, 41, "line 6")
    assert entry.time == 1795512065902853
    assert entry.position.number == 0x541
    assert entry.position.sequence == SEQUENCE
    assert cursor_of(REAL) == entry.position.cursor


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("hello\n", "hello"),
        ("two\nlines\n", "two\nlines"),
        ("\n", ""),
        (None, ""),
        ([], ""),
        ([98, 97, 100, 32, 255, 10], "bad \ufffd"),
        ([101, 115, 99, 32, 27, 91, 51, 49, 109, 114, 101, 100, 10], "esc \x1b[31mred"),
        (["first\n", "second\n"], "first"),
        ([[104, 105], "second"], "hi"),
        ("half a character: \ud800", "half a character: ?"),
        ([1, "x"], ""),
        ([256], ""),
        ([[[]]], ""),
        (7, ""),
    ],
)
def test_a_message_in_each_of_its_forms(message: Any, text: str) -> None:
    (entry,) = taken(printed(1, message))
    assert entry.message == text


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"-- No entries --",
        b"{}",
        b"[" * 100_000,
        printed(1, "podman's own", CONTAINER_ID=None),
        printed(1, "whose?", PVDIFY_PROCESS=None),
        printed(1, "which?", PVDIFY_INSTANCE="%i"),
        printed(1, "which?", PVDIFY_RELEASE="\u0664"),
        printed(1, "where?", __CURSOR="s=1"),
        printed(1, "when?", __REALTIME_TIMESTAMP=None),
    ],
)
def test_what_is_not_an_app_s_line_is_left_out(line: bytes) -> None:
    assert taken(line) == []


@given(
    st.binary() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(lambda v: printed(1, v))
)
def test_no_bytes_break_the_reading(line: bytes) -> None:
    for entry in taken(line, part(2, "x"), line):
        entry.message.encode()


@given(
    st.text(min_size=1, max_size=3 * CONMON_BUFFER).filter(lambda text: "\n" not in text),
    st.integers(1, 4),
)
def test_a_long_line_is_put_together_wherever_it_was_split(pattern: str, repeated: int) -> None:
    whole = (pattern * (1 + repeated * CONMON_BUFFER // len(pattern))).encode(errors="replace")[
        : LONGEST_LINE - 1
    ]
    pieces = [whole[start : start + CONMON_BUFFER] for start in range(0, len(whole), CONMON_BUFFER)]
    lines = [part(number, as_journalctl(piece)) for number, piece in enumerate(pieces[:-1], 1)]
    (entry,) = taken(*lines, printed(len(pieces), as_journalctl(pieces[-1] + b"\n")))
    assert entry.message == whole.decode(errors="replace")
    assert entry.position.number == len(pieces), "it stands where it ends"


def as_journalctl(data: bytes) -> Any:
    """A value as journalctl gives it: text where it is text, else a list of bytes."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return list(data)


FULL = "x" * CONMON_BUFFER


def test_lines_of_several_outputs_are_told_apart() -> None:
    entries = taken(
        part(1, FULL),
        part(2, FULL, PRIORITY="3"),
        printed(3, "other\n", PVDIFY_INSTANCE="2"),
        printed(4, " out\n"),
        printed(5, " err\n", PRIORITY="3"),
    )
    assert [entry.message for entry in entries] == ["other", f"{FULL} out", f"{FULL} err"]


def test_the_last_words_of_a_program_that_wrote_no_newline_are_a_line() -> None:
    """conmon marks them as a part, though nothing comes after."""
    assert [entry.message for entry in taken(part(1, "Segmentation fault"))] == ["Segmentation fault"]
    assert [entry.message for entry in taken(part(1, FULL), part(2, "end"))] == [f"{FULL}end"]


def test_a_line_that_its_container_did_not_end_is_not_taken_for_the_next_one_s() -> None:
    entries = taken(part(1, FULL), printed(2, "started\n", CONTAINER_ID="0123456789ab"))
    assert [entry.message for entry in entries] == [FULL, "started"]


def test_a_line_without_end_comes_in_pieces() -> None:
    entries = taken(*(part(number, FULL) for number in range(1, 21)))
    assert [len(entry.message) for entry in entries] == [LONGEST_LINE, LONGEST_LINE]


def test_lines_that_never_end_are_not_remembered_for_ever() -> None:
    reader = Lines()
    for number in range(1, MOST_UNFINISHED + 100):
        reader.take(part(number, FULL, PVDIFY_INSTANCE=str(number)))
    assert len(reader.unfinished()) == MOST_UNFINISHED
    assert reader.unfinished() == []
