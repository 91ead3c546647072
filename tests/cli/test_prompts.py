"""A paste at a prompt: all of it is taken, or none, and nothing of it is left for the shell."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator

import pytest

from tests.cli.fake_server import FakeServer

LONG = "canary" * 1000
PLAIN = ("config:set", "myapp", "T1")
SECRET = (*PLAIN, "--secret")
LOGIN = ("registry:login", "ghcr.io", "--username", "acme")


class Terminal:
    """A terminal that stays open after the program, as a shell's does."""

    def __init__(self, server: FakeServer) -> None:
        self.ours, self.theirs = pty.openpty()
        self._server = server
        self.before = termios.tcgetattr(self.theirs)

    def paste(self, text: str, *arguments: str) -> tuple[int, str]:
        """Run `pvdify` and paste a text at its prompt; give its exit code and the screen."""
        environment = {**os.environ, "PVDIFY_URL": self._server.url, "PVDIFY_TOKEN": self._server.token}
        with subprocess.Popen(
            [sys.executable, "-m", "pvdify", *arguments],
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            env=environment,
        ) as process:
            screen = self._screen_up_to(": ")
            for start in range(0, len(text), 1000):  # A terminal's program writes a long paste in pieces.
                os.write(self.ours, text[start : start + 1000].encode())
                time.sleep(0.02)
            screen += self._screen_up_to("Next:")
            code = process.wait(timeout=20)
            return code, screen + _read(self.ours)

    def left(self) -> str:
        """Give what a shell would read next."""
        attributes = termios.tcgetattr(self.theirs)
        attributes[3] &= ~termios.ICANON
        termios.tcsetattr(self.theirs, termios.TCSANOW, attributes)
        return _read(self.theirs)

    def _screen_up_to(self, text: str) -> str:
        screen, give_up = "", time.monotonic() + 20
        while text not in screen and time.monotonic() < give_up:
            screen += _read(self.ours)
        return screen


def _read(terminal: int) -> str:
    """Give what there is to read, or comes soon."""
    return os.read(terminal, 65536).decode() if select.select([terminal], [], [], 0.2)[0] else ""


@pytest.fixture
def terminal(server: FakeServer, app: str) -> Iterator[Terminal]:
    """A terminal whose programs find the server, and an app there."""
    terminal = Terminal(server)
    yield terminal
    os.close(terminal.ours)
    os.close(terminal.theirs)


_PASTES = {
    "lines": "line1\ntouch x\n",
    "part of a line": "line1\nline2",
    "empty line": "line1\n\n",
    "long": f"{LONG}\n",
    "long lines": f"{LONG}\n{LONG}\n{LONG}",
    "the limit": "x" * 4095 + "\n",
}


@pytest.mark.parametrize("pasted", _PASTES.values(), ids=_PASTES)
def test_a_secret_that_a_prompt_can_not_take_is_refused_whole(
    terminal: Terminal, server: FakeServer, pasted: str
) -> None:
    code, screen = terminal.paste(pasted, *SECRET)
    assert code == 2
    assert (
        "The value of T1 is too long or has several lines: a prompt takes one line of at most 4,094 bytes. "
        "Nothing is sent." in screen
    )
    assert terminal.left() == ""
    assert not server.requests
    assert "canary" not in screen
    assert "line1" not in screen


@pytest.mark.parametrize(
    ("arguments", "instead"),
    [
        (SECRET, "Give it as T1=@FILE, or pipe it in."),
        (PLAIN, "Pipe it in, as in … < FILE."),
        (LOGIN, "Pipe it in with --password-stdin."),
    ],
    ids=["secret", "plain", "password"],
)
def test_each_prompt_says_what_takes_a_longer_text(
    terminal: Terminal, server: FakeServer, arguments: tuple[str, ...], instead: str
) -> None:
    code, screen = terminal.paste("line1\nline2\n", *arguments)
    assert code == 2
    assert instead in screen
    assert terminal.left() == ""
    # Before a plain value is asked for, the server is asked whether it is a secret.
    assert [request.method for request in server.requests] == (["GET"] if arguments == PLAIN else [])


def test_the_terminal_is_as_it_was(terminal: Terminal) -> None:
    terminal.paste("line1\nline2\n", *SECRET)
    assert termios.tcgetattr(terminal.theirs) == terminal.before
