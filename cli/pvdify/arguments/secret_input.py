"""A password or token from the standard input, or asked for unseen: never an argument, and never shown."""

from __future__ import annotations

import sys

import click

from pvdify.config import texts
from pvdify.errors import UsageError


def piped(what: str, option: str) -> str:
    """Give the standard input but for the line end after it.

    Args:
        what: What it is, for people: `password`.
        option: The option that asks for it so.

    Raises:
        UsageError: There is nothing, or no text.
    """
    text = texts.of_standard_input()
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise UsageError(f"The standard input has no {what}.", f"Pipe it in: … {option} < {what}.txt")
    return secret


def asked(what: str, prompt: str, option: str) -> str:
    """Ask for it at the terminal, without an echo.

    Args:
        what: What it is, for people: `password`.
        prompt: What it is asked for with.
        option: The option that takes it without a terminal.

    Raises:
        UsageError: There is no terminal, or no text was typed.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(f"There is no terminal to ask for the {what} on.", f"Pipe it in with {option}.")
    try:
        answer: str = click.prompt(f"{prompt} (not shown)", hide_input=True, err=True)
    except UnicodeDecodeError:
        raise UsageError(f"The {what} is not UTF-8 text.", "Type it again.") from None
    return texts.of_argument(answer, f"The {what}")
