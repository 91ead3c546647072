"""The reader: equal questions asked at once are one, and a worker that is down is said to be."""

from __future__ import annotations

import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pvdifyd.errors import UnavailableError
from pvdifyd.reading.client import ReaderClient
from pvdifyd.reading.server import ReadError, ReaderServer
from pvdifyd.reading.shared_answers import SharedAnswers


class Hosts:
    """Hosts that answer slowly, and count how often they are asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def read(self, host: str, request: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(request)
        time.sleep(0.1)
        if host == "down":
            raise ReadError("host_unreachable", "connection refused")
        if host == "broken":
            raise RuntimeError("a bug")
        return {"port": 3000, "host": host, "memory": 1024, "cpus": 0 if host == "odd" else 2}


@pytest.fixture
def hosts() -> Hosts:
    return Hosts()


@pytest.fixture
def path(tmp_path: Path, hosts: Hosts) -> Iterator[Path]:
    server = ReaderServer(tmp_path / "reader.sock", hosts.read)
    server.start()
    yield tmp_path / "reader.sock"
    server.stop()
    assert not (tmp_path / "reader.sock").exists()


def test_a_question_is_answered(path: Path) -> None:
    ReaderClient(path).ping()
    assert ReaderClient(path).free_port("demo", 3000, 3010, []) == 3000
    assert ReaderClient(path).ps("demo", "myapp")["host"] == "demo"


def test_a_host_that_does_not_say_how_large_it_is_can_not_be_asked(path: Path) -> None:
    assert ReaderClient(path).capacity("demo") == {"memory": 1024, "cpus": 2}
    with pytest.raises(UnavailableError, match="how large"):
        ReaderClient(path).capacity("odd")


def test_equal_questions_at_once_are_asked_once(path: Path, hosts: Hosts) -> None:
    answers: list[Any] = []
    lookers = [
        threading.Thread(target=lambda: answers.append(ReaderClient(path).ps("demo", "myapp")))
        for _ in range(20)
    ]
    for looker in lookers:
        looker.start()
    for looker in lookers:
        looker.join(10)
    assert len(answers) == 20
    assert len(hosts.asked) == 1
    ReaderClient(path).ps("demo", "other")
    assert len(hosts.asked) == 2


def test_an_answer_is_given_again_for_a_moment_only() -> None:
    shared, asked = SharedAnswers(lifetime=0.05), []
    for _ in range(3):
        shared.get("q", lambda: asked.append(1))
    assert len(asked) == 1
    time.sleep(0.1)
    shared.get("q", lambda: asked.append(1))
    assert len(asked) == 2


def test_a_failure_reaches_everybody_who_asked(path: Path) -> None:
    with pytest.raises(UnavailableError, match="connection refused") as refused:
        ReaderClient(path).ps("down", "myapp")
    assert refused.value.code == "host_unreachable"


def test_a_fault_of_the_reader_shows_no_traceback(path: Path) -> None:
    with pytest.raises(UnavailableError, match="log") as refused:
        ReaderClient(path).ps("broken", "myapp")
    assert "Traceback" not in refused.value.detail
    ReaderClient(path).ping()


def test_no_worker_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="pvdifyd work") as refused:
        ReaderClient(tmp_path / "reader.sock").ping()
    assert refused.value.code == "reader_unavailable"


def test_only_its_owner_reaches_the_socket(path: Path) -> None:
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


@pytest.mark.parametrize(
    "line", [b"\n", b"no json\n", b"[]\n", b"{}\n", b'{"host": 1, "request": []}\n', b"[" * 9999]
)
def test_nonsense_is_refused_and_the_reader_lives_on(path: Path, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(str(path))
        connection.sendall(line)
        connection.shutdown(socket.SHUT_WR)
        connection.makefile("rb").readline()
    ReaderClient(path).ping()
