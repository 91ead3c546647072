"""Reading a journal with journalctl: a program written by hand stands in for it, and prints what a test tells it to."""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pvdifyd.engine import HostRefused, HostUnreachable, journal, journal_end, journal_position
from pvdifyd.engine.connection import on_host
from pvdifyd.engine.journal import command

LOCAL = {"connection": "local"}
SEQUENCE, BOOT = "1" * 32, "b" * 32


def cursor(number: int) -> str:
    return f"s={SEQUENCE};i={number:x};b={BOOT};m={number:x};t={number:x};x=1"


def printed(number: int, message: str = "hello\n") -> str:
    whose = {"PVDIFY_PROCESS": "web", "PVDIFY_RELEASE": "1", "PVDIFY_INSTANCE": "1", "CONTAINER_ID": "c"}
    place = {"__CURSOR": cursor(number), "__REALTIME_TIMESTAMP": str(number)}
    return json.dumps({**whose, **place, "MESSAGE": message})


class Journalctl:
    """A program of this name, first on the PATH."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "journalctl"
        self._told = folder / "arguments"

    def does(self, program: str) -> None:
        """Make it a program that writes down its arguments and then does this, in Python."""
        note = f"open({str(self._told)!r}, 'w').write('\\0'.join(sys.argv[1:]))"
        lines = [f"#!{sys.executable}", "import os, sys, time", note, program]
        self._path.write_text("\n".join(lines) + "\n")
        self._path.chmod(0o755)

    def prints(self, *lines: str, then: str = "") -> None:
        """Make it print these lines at once."""
        self.does(f"print({chr(10).join(lines)!r}, flush=True)\n{then}")

    @property
    def arguments(self) -> list[str]:
        return self._told.read_text().split("\0")


@pytest.fixture
def journalctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journalctl:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return Journalctl(tmp_path)


def read(tmp_path: Path, tick: float = 5, patience: float | None = None, **question: Any) -> Any:
    asked = {"app": "myapp", **question}
    return journal(LOCAL, asked, control_directory=tmp_path / "c", tick=tick, patience=patience)


def test_lines_come_as_they_are_printed(journalctl: Journalctl, tmp_path: Path) -> None:
    journalctl.prints(printed(1), printed(2), then="time.sleep(0.3)\nprint(" + repr(printed(3)) + ")")
    found = [[entry.position.number for entry in entries] for entries in read(tmp_path)]
    assert [number for numbers in found for number in numbers] == [1, 2, 3]
    assert found[-1] == [3], "nothing waits for what comes later"


def test_silence_is_told(journalctl: Journalctl, tmp_path: Path) -> None:
    journalctl.prints(printed(1), then="time.sleep(60)")
    reading = read(tmp_path, tick=0.1)
    assert len(next(reading)) == 1
    assert next(reading) == next(reading) == []
    began = time.monotonic()
    reading.close()
    assert time.monotonic() - began < 2, "closing it ends the program"


def test_a_line_that_comes_in_two_reads_is_one(journalctl: Journalctl, tmp_path: Path) -> None:
    text = printed(1)
    journalctl.does(
        f"sys.stdout.write({text[:30]!r}); sys.stdout.flush(); time.sleep(0.2); print({text[30:]!r})"
    )
    assert [len(entries) for entries in read(tmp_path) if entries] == [1]


def test_after_a_cursor_only_later_lines_are_given(journalctl: Journalctl, tmp_path: Path) -> None:
    """It is read from some entries before, where a long line may have begun."""
    long = json.dumps({**json.loads(printed(6000, "x" * 8192)), "CONTAINER_PARTIAL_MESSAGE": "true"})
    journalctl.prints(printed(5999), long, printed(6001, "end\n"), printed(6002))
    found = [entry for entries in read(tmp_path, after=journal_position(cursor(6000))) for entry in entries]
    assert [(entry.position.number, entry.message[-3:]) for entry in found] == [(6001, "end"), (6002, "llo")]
    assert (
        f"--cursor=s={SEQUENCE};i={6000 - command.LOOK_BACK:x};b={BOOT};m=1770;t=1770" in journalctl.arguments
    )


def test_a_line_begun_is_given_to_who_does_not_come_again(journalctl: Journalctl, tmp_path: Path) -> None:
    journalctl.prints(json.dumps({**json.loads(printed(1, "x" * 8192)), "CONTAINER_PARTIAL_MESSAGE": "true"}))
    assert [entry for entries in read(tmp_path) for entry in entries] == []
    assert [entry.message for entries in read(tmp_path, unfinished=True) for entry in entries] == ["x" * 8192]


def test_what_is_asked_is_what_journalctl_is_told(journalctl: Journalctl, tmp_path: Path) -> None:
    journalctl.prints("")
    question = {
        "process": "worker",
        "instance": 2,
        "units": 41,
        "lines": 100,
        "since": 1_500_000,
        "until": 2**53,
    }
    list(read(tmp_path, **question))
    told = journalctl.arguments
    assert {
        "--lines=100",
        "--since=@1.500000",
        "--until=@9007199254.740992",
        "--all",
        "--output=json",
    } <= set(told)
    assert told[-7:] == [
        "_COMM=conmon",
        "_TRANSPORT=journal",
        "_UID=0",
        "PVDIFY_APP=myapp",
        "PVDIFY_PROCESS=worker",
        "PVDIFY_INSTANCE=2",
        "PVDIFY_RELEASE=41",
    ]
    assert "--follow" not in told


def test_over_ssh_the_words_arrive_as_they_are(tmp_path: Path) -> None:
    host = {"connection": "ssh", "user": "deploy", "address": "box.example"}
    words = [*command.lines_of({"app": "myapp"}), "a b; $(id) 'c'"]
    line = on_host(host, words, tmp_path / "l%C")[-1]
    assert shlex.split(line) == ["sudo", "-n", *words]


def test_where_the_journal_ends(journalctl: Journalctl, tmp_path: Path) -> None:
    def end() -> Any:
        return journal_end(LOCAL, control_directory=tmp_path / "c", timeout=5)

    journalctl.prints(printed(7))
    assert end() == journal_position(cursor(7))
    journalctl.does("")
    assert end() is None
    journalctl.prints("nonsense")
    with pytest.raises(HostRefused, match="can't be read"):
        end()


def test_a_journal_that_can_t_be_read_is_said_to_be(
    journalctl: Journalctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journalctl.does("print('one', file=sys.stderr); print('No such option', file=sys.stderr); sys.exit(1)")
    with pytest.raises(HostRefused, match="No such option"):
        list(read(tmp_path))
    journalctl.does("print('Connection refused', file=sys.stderr); sys.exit(255)")
    with pytest.raises(HostUnreachable, match="Connection refused"):
        list(read(tmp_path))
    journalctl.does("os.kill(os.getpid(), 9)")
    with pytest.raises(HostUnreachable):
        list(read(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(HostRefused, match="journalctl"):
        list(read(tmp_path))


def test_a_host_that_says_nothing_is_given_up(journalctl: Journalctl, tmp_path: Path) -> None:
    journalctl.does("time.sleep(60)")
    with pytest.raises(HostUnreachable, match="no answer within"):
        list(read(tmp_path, tick=0.1, patience=0.3))


def test_a_slow_caller_holds_the_program_back(journalctl: Journalctl, tmp_path: Path) -> None:
    """And the time the caller takes is not counted as the program's silence."""
    journalctl.does(f"count = 0\nwhile count < 20000: sys.stdout.write({printed(1)!r} + '\\n'); count += 1\n")
    reading = read(tmp_path, tick=0.1, patience=0.5)
    count = len(next(reading))
    time.sleep(1)
    assert count < 20_000
    assert count + sum(len(entries) for entries in reading) == 20_000


def test_much_complaint_does_not_block(journalctl: Journalctl, tmp_path: Path) -> None:
    journalctl.does("sys.stderr.write('x' * 1000000 + '\\nlast words\\n'); sys.exit(3)")
    with pytest.raises(HostRefused, match="last words"):
        list(read(tmp_path))
