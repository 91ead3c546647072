"""A program whose output is read as it comes, and held back by not being read."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
from collections.abc import Generator, Iterator, Sequence
from typing import IO

from ..read import HostRefused, HostUnreachable

# Bytes taken from the pipe at once.
CHUNK = 256 * 1024

# Bytes of a line that is read; none of journalctl's is near that.
LONGEST_LINE = 4 * 1024 * 1024

# Bytes that are kept of what the program complains.
LAST_WORDS = 4096

# Seconds a program has to end after its output, or after it was asked to.
ENDING = 5.0

_SSH_FAILED = 255


def output(
    command: Sequence[str], *, tick: float, patience: float | None
) -> Generator[list[bytes], None, None]:
    """The lines a program prints, as many at once as there are; none every ``tick`` seconds of silence.

    It is killed when the caller closes this. ``patience`` is how many seconds it may be silent, None for ever. Raises
    ``HostUnreachable`` and ``HostRefused`` when it ends badly.
    """
    try:
        program = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        )
    except OSError as error:
        raise HostRefused("journal_unreadable", str(error)) from error
    complaints = _Complaints()
    try:
        yield from _lines(program, complaints, tick, patience)
        _check(program.wait(ENDING), complaints.last_words())
    except subprocess.TimeoutExpired:
        raise HostUnreachable("the connection does not end") from None
    finally:
        _end(program)


class _Complaints:
    def __init__(self) -> None:
        self._kept = b""

    def add(self, data: bytes) -> None:
        self._kept = (self._kept + data)[-LAST_WORDS:]

    def last_words(self) -> str:
        lines = self._kept.decode("utf-8", errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else "it said nothing"


def _lines(
    program: subprocess.Popen[bytes], complaints: _Complaints, tick: float, patience: float | None
) -> Iterator[list[bytes]]:
    assert program.stdout is not None
    assert program.stderr is not None
    begun, heard = b"", time.monotonic()
    with selectors.DefaultSelector() as selector:
        for pipe in (program.stdout, program.stderr):
            selector.register(pipe, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select(tick)}
            if program.stderr in ready and not (data := _read(program.stderr)):
                selector.unregister(program.stderr)
            elif program.stderr in ready:
                complaints.add(data)
            if program.stdout in ready:
                data, heard = _read(program.stdout), time.monotonic()
                if not data:
                    return
                *whole, begun = (begun + data).split(b"\n")
                if len(begun) > LONGEST_LINE:
                    begun = b""
                if whole:
                    yield whole
                    heard = time.monotonic()  # the time the caller took is not the program's
            elif patience is not None and time.monotonic() - heard > patience:
                raise HostUnreachable(f"no answer within {patience:.0f} s")
            elif not ready:
                yield []


def _read(pipe: IO[bytes]) -> bytes:
    return os.read(pipe.fileno(), CHUNK)


def _check(code: int, last_words: str) -> None:
    if code == _SSH_FAILED or code < 0:  # or somebody killed it
        raise HostUnreachable(last_words)
    if code != 0:
        raise HostRefused("journal_unreadable", last_words)


def _end(program: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        program.terminate()
    try:
        program.wait(ENDING)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
    for pipe in (program.stdout, program.stderr):
        if pipe is not None:
            pipe.close()
