"""What can go wrong for a person at the command line, and the exit code each kind ends with."""

from __future__ import annotations

from enum import IntEnum
from typing import IO, Any

import click

from pvdify.display.text import visible


class ExitCode(IntEnum):
    """Exit code of `pvdify`, by kind of outcome."""

    OK = 0
    OPERATION_FAILED = 1
    USAGE = 2
    REFUSED = 3
    NOT_FOUND = 4
    CONFLICT = 5
    INVALID_INPUT = 6
    UNREACHABLE = 7
    SERVER_ERROR = 8
    UNWRITTEN = 9
    FAULT = 70
    INTERRUPTED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "done",
    ExitCode.OPERATION_FAILED: "the operation ended failed or cancelled; or operations:cancel came too late",
    ExitCode.USAGE: "wrong usage or setting, or a closed standard output; nothing was sent",
    ExitCode.REFUSED: "not signed in, or refused (401, 403, 429)",
    ExitCode.NOT_FOUND: "not found (404)",
    ExitCode.CONFLICT: "conflict with what is there (409, 412)",
    ExitCode.INVALID_INPUT: "input refused by the server (400, 413, 415, 422)",
    ExitCode.UNREACHABLE: "server unreachable, or its TLS certificate not trusted",
    ExitCode.SERVER_ERROR: "server error (5xx), or an answer that is not pvdifyd's",
    ExitCode.UNWRITTEN: "the output could not be written; what was asked for may be done all the same",
    ExitCode.FAULT: "a fault of pvdify itself",
    ExitCode.INTERRUPTED: "Ctrl-C; an operation that was started goes on",
}


JSON_ASKED = "pvdify.json"
"""The key in a click context's `meta` that tells whether its command was asked for JSON."""


class PvdifyError(click.ClickException):
    """An error a person can act on.

    Args:
        message: What is wrong, in one line: the field, its value and the rule it breaks.
        next_step: What to do about it.
        exit_code: What the program ends with; kept as `ends_with`.
        code: The server's stable problem code, such as `app_exists`.
        problem: The server's whole problem answer, shown with `--json`.
        may_pass: Whether waiting may help: the server is overloaded, restarted or out of reach.
    """

    def __init__(
        self,
        message: str,
        next_step: str | None = None,
        *,
        exit_code: ExitCode,
        code: str | None = None,
        problem: dict[str, Any] | None = None,
        may_pass: bool = False,
    ) -> None:
        super().__init__(message)
        self.next_step = next_step
        self.ends_with = exit_code
        self.code = code
        self.problem = problem
        self.may_pass = may_pass
        self.as_json = False

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the error to standard error: two lines for a person, one JSON object with `--json`."""
        if self.as_json:
            import json

            click.echo(json.dumps({"error": self._document()}), err=True)
            return
        first, line_break, others = self.message.partition("\n")
        code = "" if self.code is None else f" [{self.code}]"
        show_error(f"{first}{code}{line_break}{others}", self.next_step)

    def _document(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "next_step": self.next_step,
            "exit_code": int(self.ends_with),
            "problem": self.problem,
        }


class ReaderGone(Exception):
    """Who reads our output (`head`, a pager) has what it wants: the end, and no error.

    A BrokenPipeError itself would be taken by click, which ends the program with 1.
    """


class UsageError(PvdifyError):
    """The command line or a setting is wrong; nothing was sent."""

    def __init__(self, message: str, next_step: str | None = None) -> None:
        super().__init__(message, next_step, exit_code=ExitCode.USAGE)


class UnreachableError(PvdifyError):
    """No answer came from the server. `maybe_sent` tells whether the request may have reached it."""

    def __init__(
        self,
        message: str,
        next_step: str | None = None,
        *,
        maybe_sent: bool = False,
        may_pass: bool = True,
    ) -> None:
        super().__init__(message, next_step, exit_code=ExitCode.UNREACHABLE, may_pass=may_pass)
        self.maybe_sent = maybe_sent


def show_error(message: str, next_step: str | None) -> None:
    """Print what is wrong and what to do to standard error, with control characters made visible."""
    first, *others = message.split("\n")
    click.echo(f"Error: {visible(first)}", err=True)
    for line in others:
        click.echo(f"       {visible(line)}", err=True)
    for number, line in enumerate(next_step.split("\n") if next_step else ()):
        click.echo(f"{'       ' if number else 'Next:  '}{visible(line)}", err=True)
