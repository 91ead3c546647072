"""Runs a program as a person at a terminal does, and gives what the screen shows."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shlex
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.cli.fake_server import FakeServer

AtTerminal = Callable[..., tuple[int, str]]


def terminal_of(server: FakeServer) -> AtTerminal:
    """Run `pvdify` at a terminal of some width, answer its questions by a line each, and give exit code and screen.

    in_shell: what a shell takes after the program's name, in place of arguments.
    """

    def run(
        *arguments: str, in_shell: str = "", columns: int = 80, typed: str = "", **environment: str
    ) -> tuple[int, str]:
        program = [sys.executable, "-m", "pvdify", *arguments]
        if in_shell:
            program = ["sh", "-c", f"{shlex.join(program)} {in_shell}"]
        signed_in = {"PVDIFY_URL": server.url, "PVDIFY_TOKEN": server.token}
        plain = {
            name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "TERM")
        }
        return at_terminal(
            program,
            environment={**plain, **signed_in, **environment},
            columns=columns,
            typed=typed,
        )

    return run


def at_terminal(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    columns: int = 80,
    typed: str = "",
    seconds: float = 30,
    directory: Path | None = None,
) -> tuple[int, str]:
    """Run a program at a terminal of its own, type a line wherever it asks for one, and give exit code and screen."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that ^C becomes a signal
        env={"TERM": "xterm-256color", **environment},
        cwd=directory,
    )
    os.close(theirs)
    screen = _read_all(ours, typed.encode(), seconds)
    return process.wait(timeout=20), screen


def _read_all(terminal: int, typed: bytes, seconds: float) -> str:
    content, give_up = b"", time.monotonic() + seconds
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
