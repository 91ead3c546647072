"""How a run of the program ends: its exit code, and what is printed for each kind of error."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TextIO

import click

from pvdify.errors import JSON_ASKED, ExitCode, PvdifyError, ReaderGone, UsageError, show_error

_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}


def run(program: Callable[..., Any], *arguments: Any, **keywords: Any) -> NoReturn:
    """Call a click program and exit with the code of its outcome.

    Raises:
        SystemExit: Always, with one of `ExitCode`.
    """
    keywords["standalone_mode"] = False
    try:
        _prepare_streams()
        code = program(*arguments, **keywords)
        sys.stdout.flush()
    except Exception as error:
        code = _code_of(error)
        try:
            _show(error)
        except OSError:
            _discard(sys.stderr)  # Nobody can be told, but for the exit code.
    sys.exit(int(code) if isinstance(code, int) else int(ExitCode.OK))


def _code_of(error: Exception) -> int:
    match error:
        case PvdifyError():
            return error.ends_with
        case click.ClickException():
            return error.exit_code
        case click.Abort():
            return ExitCode.INTERRUPTED
        case BrokenPipeError() | ReaderGone():
            return ExitCode.OK
    return ExitCode.UNWRITTEN if _is_of_output(error) else ExitCode.FAULT


def _show(error: Exception) -> None:
    match error:
        case click.ClickException():
            _show_to_person(error)
        case click.Abort():
            pass
        case BrokenPipeError() | ReaderGone():
            _discard(sys.stdout)
        case OSError() if _is_of_output(error):
            _discard(sys.stdout)
            show_error(
                f"The output could not be written: {error.strerror}.",
                "Make room there or write elsewhere. What was asked for may be done: look before you ask again.",
            )
        case _:
            _report_fault(error)


def _prepare_streams() -> None:
    """Have an output and an error stream that can be written to.

    Raises:
        UsageError: The standard output is closed: what is opened next would take its place, and all that is printed.
    """
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - it stays open to the end of the process
    if sys.stdout is None:
        raise UsageError("The standard output is closed. Nothing is sent.", "As in pvdify … > /dev/null.")
    _print_whatever_the_encoding()


def _is_of_output(error: Exception) -> bool:
    """Tell whether a stream can't be written to; errors of files that are opened have the file's name."""
    return isinstance(error, OSError) and error.filename is None and error.errno in _UNWRITABLE


def _discard(stream: TextIO) -> None:
    """Let what is still to be written to a stream go nowhere, or Python would try again at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _print_whatever_the_encoding() -> None:
    """A character the terminal's encoding lacks is printed as its escape, instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _show_to_person(error: click.ClickException) -> None:
    if isinstance(error, PvdifyError) or type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    program, _, name = (context.command_path if context else "pvdify").partition(" ")
    next_step = (
        f"{program} help {name} shows what it takes." if name else f"{program} help lists the commands."
    )
    shown = UsageError(error.format_message(), next_step)
    shown.as_json = bool(context and context.meta.get(JSON_ASKED))
    shown.show()


def _report_fault(error: Exception) -> None:
    if os.environ.get("PVDIFY_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    show_error(
        f"pvdify has a fault: {type(error).__name__}: {error}",
        "Please report it, with what the same command prints when PVDIFY_DEBUG=1 is set.",
    )
