"""Files of this person alone, below $XDG_CONFIG_HOME/pvdify: JSON objects that nobody else can read."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pvdify.errors import UsageError

_SIGN_IN = "Mend it, or remove it and sign in again: pvdify login"


def directory(environment: Mapping[str, str]) -> Path:
    """Give the directory that pvdify keeps its own files in: `$XDG_CONFIG_HOME/pvdify`, or `~/.config/pvdify`.

    Raises:
        UsageError: There is no home directory.
    """
    named = environment.get("XDG_CONFIG_HOME", "")
    if named.startswith("/"):
        return Path(named) / "pvdify"
    try:
        return Path("~/.config/pvdify").expanduser()
    except RuntimeError:
        raise UsageError(
            "There is no home directory to keep settings in.", "Set HOME, or XDG_CONFIG_HOME."
        ) from None


def read(file: Path, *, secret: bool = False) -> dict[str, Any]:
    """Read a file; it is empty where it isn't there.

    Args:
        file: The file.
        secret: Whether it is refused where others may read it.

    Raises:
        UsageError: It can't be read, or is damaged; or others may read what is secret.
    """
    try:
        with file.open("rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            content = json.load(stream)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}.", _SIGN_IN) from None
    except ValueError:
        raise damaged(file, "it is no JSON") from None
    if not isinstance(content, dict):
        raise damaged(file, "it is no JSON object")
    if secret and mode & 0o077:
        raise UsageError(
            f"{file} holds tokens, and others on this machine may read it (mode {mode:03o}).",
            f"chmod 600 {file}; and if somebody may have read it, revoke the tokens: pvdify tokens:revoke NAME",
        )
    return content


def write(file: Path, content: Mapping[str, Any]) -> None:
    """Write a file whole, or leave it as it was.

    Raises:
        UsageError: It can't be written.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made with mode 600.
        descriptor, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                json.dump(content, stream, indent=2)
                stream.write("\n")
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, file)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise UsageError(
            f"{file} can't be written: {error.strerror}.", "Make room for it, or set XDG_CONFIG_HOME."
        ) from None


def damaged(file: Path, reason: str) -> UsageError:
    """Give the error for a file that holds something else than pvdify writes."""
    return UsageError(f"{file} is damaged: {reason}.", _SIGN_IN)
