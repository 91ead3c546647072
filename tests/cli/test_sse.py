"""Server-sent events, however a network cuts them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdify.api.sse import Message, Parser

LINE = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]))
MESSAGES = st.lists(
    st.builds(Message, LINE.filter(bool), st.lists(LINE, min_size=1).map("\n".join), LINE.filter(bool))
)


def _stream(messages: list[Message], end: str) -> bytes:
    fields = []
    for message in messages:
        fields += [f": comment{end}", f"event: {message.event}{end}", f"id: {message.id}{end}"]
        fields += [f"data: {line}{end}" for line in message.data.split("\n")]
        fields.append(end)
    return "".join(fields).encode()


@given(MESSAGES, st.sampled_from(["\n", "\r\n", "\r"]), st.lists(st.integers(1, 40)))
def test_messages_survive_any_cut(messages: list[Message], end: str, cuts: list[int]) -> None:
    parser, rest = Parser(), _stream(messages, end)
    found: list[Message] = []
    for cut in [*cuts, len(rest)]:
        found += parser.feed(rest[:cut])
        rest = rest[cut:]
    found += parser.feed(rest)
    # With bare carriage returns the last one waits: a line feed may follow it.
    found += parser.feed(b": end\n")
    assert found == messages


def test_a_message_without_data_is_none_and_one_cut_off_is_not_given() -> None:
    assert list(Parser().feed(b"event: status\n\n: heartbeat\n\ndata: half")) == []


def test_the_id_holds_until_another_comes() -> None:
    first, second = Parser().feed(b"id: 7\ndata: a\n\ndata: b\n\n")
    assert (first.id, second.id) == ("7", "7")


def test_an_endless_line_is_refused() -> None:
    parser = Parser()
    parts = (message for _ in range(100) for message in parser.feed(b"data: " + b"x" * 100_000))
    with pytest.raises(ValueError, match="too long"):
        list(parts)


def test_endless_data_lines_are_refused_even_when_empty() -> None:
    parser = Parser()
    with pytest.raises(ValueError, match="too long"):
        [parser.feed(b"data:\n" * 10_000) for _ in range(200)]


def test_many_messages_are_not_one_that_is_too_long() -> None:
    parser, message = Parser(), b"data: " + b"x" * 1000 + b"\n\n"
    assert sum(len(parser.feed(message * 100)) for _ in range(30)) == 3000


@given(MESSAGES.filter(bool))
def test_the_last_id_is_that_of_the_last_whole_message(messages: list[Message]) -> None:
    parser = Parser()
    parser.feed(_stream(messages, "\n") + b"id: cut off\ndata: x\n")
    assert parser.last_id == messages[-1].id


def test_an_id_alone_is_one_to_resume_after() -> None:
    parser = Parser()
    assert parser.feed(b"id: s=1;i=7\n\n") == []
    assert parser.last_id == "s=1;i=7"


def test_the_time_it_takes_grows_with_the_length_and_no_faster() -> None:
    lines = b"id: 1\nevent: log\ndata: " + b"x" * 150 + b"\n\n"
    begun = time.process_time()
    assert len(Parser().feed(lines * 50_000)) == 50_000
    parser = Parser()
    for _ in range(900_000 // 10):
        parser.feed(b"x" * 10)
    # Both take a fraction of a second; with a copy of the rest for each line or piece, minutes.
    assert time.process_time() - begun < 10


@given(st.binary())
def test_any_bytes_are_read_without_a_fault(content: bytes) -> None:
    list(Parser().feed(content))
