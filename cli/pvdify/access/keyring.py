"""The system's keyring, by the package `keyring`, where that is installed and has a backend that works."""

from __future__ import annotations

from typing import Any

from pvdify.errors import UsageError

_SERVICE = "pvdify"


def keep(account: str, token: str) -> bool:
    """Keep a token under an account's name, and tell whether the keyring took it."""
    backend = _backend()
    # A backend under 1 is none: it fails, forgets, or writes a file that is no better than ours.
    if backend is None or not getattr(backend, "priority", 0) >= 1:
        return False
    try:
        backend.set_password(_SERVICE, account, token)
        return bool(backend.get_password(_SERVICE, account) == token)
    except Exception:  # Each backend has errors of its own: no session bus, locked, cancelled.
        return False


def of(account: str) -> str:
    """Give the token kept under an account's name; empty where there is none.

    Raises:
        UsageError: The keyring can't be opened.
    """
    backend = _backend()
    if backend is None:
        raise _closed("the package keyring is not installed here")
    try:
        return str(backend.get_password(_SERVICE, account) or "")
    except Exception as error:
        raise _closed(str(error) or type(error).__name__) from None


def forget(account: str) -> None:
    """Forget the token kept under an account's name.

    Raises:
        UsageError: The keyring can't be opened.
    """
    if not of(account):
        return
    try:
        _backend().delete_password(_SERVICE, account)
    except Exception as error:
        raise _closed(str(error) or type(error).__name__) from None


def _backend() -> Any:
    # Late, for it is slow: who keeps tokens in a file never pays for it.
    try:
        import keyring
    except ImportError:
        return None
    return keyring.get_keyring()


def _closed(reason: str) -> UsageError:
    return UsageError(
        f"The token is in the system's keyring, and that can't be opened: {reason}.",
        "Unlock it, or install pvdify[keyring] again; or sign in anew: pvdify login",
    )
