"""Server-sent events, however a network cuts them."""

from __future__ import annotations

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


@given(st.binary())
def test_any_bytes_are_read_without_a_fault(content: bytes) -> None:
    list(Parser().feed(content))
