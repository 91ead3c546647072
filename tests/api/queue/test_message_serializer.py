"""The queue holds numbers; whatever else is in it is refused, and never unpickled."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from huey.registry import Message
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.queue import JobQueue
from pvdifyd.queue.message_serializer import MessageSerializer

serializer = MessageSerializer("pvdifyd.perform")


@given(st.integers(1, 2**63 - 1), st.uuids())
def test_a_call_is_read_as_it_was_written(operation: int, identity: object) -> None:
    written = serializer.serialize(Message(str(identity), "pvdifyd.perform", args=(operation,)))
    read = serializer.deserialize(written)
    assert (read.id, read.name, read.args, read.kwargs) == (
        str(identity),
        "pvdifyd.perform",
        (operation,),
        {},
    )


class Exploit:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (eval, ("1/0",))


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps(Exploit()),
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"id": "x"}',
        b'{"id": "x", "operation": "1"}',
        b'{"id": "x", "operation": true}',
        b'{"id": 1, "operation": 1}',
        b"[" * 100000,
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="queue holds"):
        serializer.deserialize(data)


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    try:
        message = serializer.deserialize(data)
    except ValueError:
        return
    assert type(message.args[0]) is int


def test_both_sides_of_the_queue_mean_the_same(tmp_path: Path) -> None:
    performed: list[int] = []
    api, worker = JobQueue(tmp_path / "q"), JobQueue(tmp_path / "q", performed.append)
    api.enqueue(7)
    assert worker.waiting() == {7}
    consumer = worker.consumer(1)
    consumer.worker_threads[0][0].loop()
    assert performed == [7]
    assert worker.waiting() == set()
