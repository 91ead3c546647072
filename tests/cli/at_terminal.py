"""Runs `pvdify` as a person at a terminal does, and gives what the screen shows."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable

from tests.cli.fake_server import FakeServer

AtTerminal = Callable[..., tuple[int, str]]


def terminal_of(server: FakeServer) -> AtTerminal:
    """Run `pvdify` at a terminal of some width, answer its questions by a line each, and give exit code and screen."""

    def run(*arguments: str, columns: int = 80, typed: str = "", **environment: str) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        plain = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
        process = subprocess.Popen(
            [sys.executable, "-m", "pvdify", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that ^C becomes a signal
            env={
                **plain,
                "TERM": "xterm-256color",
                "PVDIFY_URL": server.url,
                "PVDIFY_TOKEN": server.token,
                **environment,
            },
        )
        os.close(theirs)
        screen = _read_all(ours, typed.encode())
        return process.wait(timeout=20), screen

    return run


def _read_all(terminal: int, typed: bytes) -> str:
    content, give_up = b"", time.monotonic() + 30
    while time.monotonic() < give_up:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break  # The other end is closed: the program has ended.
        if not part:
            break
        content += part
        if typed and content.endswith(b": "):
            time.sleep(0.3)  # A person types after the prompt stands; readline misses a ^C while it starts.
            line, line_end, typed = typed.partition(b"\n")
            os.write(terminal, line + line_end)
    os.close(terminal)
    return content.decode()
