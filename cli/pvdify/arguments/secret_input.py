"""A password or token from the standard input, or asked for unseen: never an argument, and never shown."""

from __future__ import annotations

from pvdify.config import asking, texts
from pvdify.display.terminal import input_is_terminal
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
        UsageError: There is no terminal, or more than one line was typed.
    """
    if not input_is_terminal():
        raise UsageError(f"There is no terminal to ask for the {what} on.", f"Pipe it in with {option}.")
    question, instead = f"{prompt} (not shown)", f"Pipe it in with {option}."
    while not (secret := asking.ask(question, f"The {what}", hidden=True, instead=instead)):
        pass
    return secret
