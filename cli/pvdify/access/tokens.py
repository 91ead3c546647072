"""Keeps the token of each context: in the system's keyring where there is one, else in a file of mode 600."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pvdify.access import keyring, private_files
from pvdify.access.contexts import Context

KEYRING, FILE = "keyring", "file"


def keep(environment: Mapping[str, str], context: Context, token: str) -> str:
    """Keep a context's token in place of the one before, and give where it is: `KEYRING` or `FILE`.

    Raises:
        UsageError: There is no place for it.
    """
    if keyring.keep(_account(context), token):
        _drop_from_file(environment, context)
        return KEYRING
    file = path(environment)
    private_files.write(file, {**private_files.read(file, secret=True), _account(context): token})
    return FILE


def of(environment: Mapping[str, str], context: Context) -> str:
    """Give a context's token; empty where none is kept.

    Raises:
        UsageError: Where it is kept can't be read.
    """
    if context.token_in == KEYRING:
        return keyring.of(_account(context))
    if context.token_in == FILE:
        return str(private_files.read(path(environment), secret=True).get(_account(context)) or "")
    return ""


def forget(environment: Mapping[str, str], context: Context) -> None:
    """Forget a context's token.

    Raises:
        UsageError: Where it is kept can't be changed.
    """
    if context.token_in == KEYRING:
        keyring.forget(_account(context))
    _drop_from_file(environment, context)


def path(environment: Mapping[str, str]) -> Path:
    """Give the file that tokens are in."""
    return private_files.directory(environment) / "tokens.json"


def _drop_from_file(environment: Mapping[str, str], context: Context) -> None:
    file = path(environment)
    tokens = private_files.read(file)
    if tokens.pop(_account(context), None) is not None:
        private_files.write(file, tokens)


def _account(context: Context) -> str:
    # With the URL in it: a token is found for the server alone that it was given for.
    return f"{context.name} {context.url}"
