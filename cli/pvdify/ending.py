"""How a run of the program ends: its exit code, and what is printed for each kind of error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

from pvdify.errors import ExitCode, PvdifyError, ReaderGone, show_error


def run(program: Callable[..., Any], *arguments: Any, **keywords: Any) -> NoReturn:
    """Call a click program and exit with the code of its outcome.

    Raises:
        SystemExit: Always, with one of `ExitCode`.
    """
    keywords["standalone_mode"] = False
    _print_whatever_the_encoding()
    try:
        code = program(*arguments, **keywords)
        sys.stdout.flush()
    except click.ClickException as error:
        _show(error)
        code = error.ends_with if isinstance(error, PvdifyError) else error.exit_code
    except click.Abort:
        code = ExitCode.INTERRUPTED
    except (BrokenPipeError, ReaderGone):
        # Nothing may be flushed to it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.OK
    except Exception as error:
        code = _report_fault(error)
    sys.exit(int(code) if isinstance(code, int) else int(ExitCode.OK))


def _print_whatever_the_encoding() -> None:
    """A character the terminal's encoding lacks is printed as its escape, instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _show(error: click.ClickException) -> None:
    if isinstance(error, PvdifyError) or type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "pvdify"
    program, _, name = path.partition(" ")
    show_error(error.format_message(), f"{program} help {name}".strip() + " shows what it takes.")


def _report_fault(error: Exception) -> ExitCode:
    if os.environ.get("PVDIFY_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    show_error(
        f"pvdify has a fault: {type(error).__name__}: {error}",
        "Please report it, with what the same command prints when PVDIFY_DEBUG=1 is set.",
    )
    return ExitCode.FAULT
