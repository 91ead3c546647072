"""A file for a person's editor: readable for nobody else, and gone afterwards unless it is kept."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from pvdify.config import texts
from pvdify.errors import UsageError

_NEXT = "Set EDITOR to the command that starts yours, as in EDITOR='code --wait'."


@contextmanager
def edited_file(name: str) -> Iterator[EditedFile]:
    """Give a file of this name, and remove it at the end, whichever way that comes, unless it is kept.

    Raises:
        UsageError: There is no place for it.
    """
    with _handling(signal.SIGTERM, signal.SIGHUP, by=_end):
        try:
            file = EditedFile(Path(tempfile.mkdtemp(prefix="pvdify-")) / name)
        except OSError as error:
            raise _not_written(error) from None
        try:
            yield file
        finally:
            if not file.kept:
                shutil.rmtree(file.path.parent, ignore_errors=True)


class EditedFile:
    """A file in a directory of its own, so that what an editor leaves beside it goes with it.

    Args:
        path: The file, not there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kept = False

    def keep(self) -> Path:
        """Let the file stay, and give its path."""
        self.kept = True
        return self.path

    def edit(self, text: str) -> None:
        """Write a text to the file and have it edited.

        Raises:
            UsageError: It can't be written; or there is no editor, or it failed.
        """
        try:
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(text.encode("utf-8"))
        except OSError as error:
            raise _not_written(error) from None
        self.edit_again()

    def edit_again(self) -> None:
        """Have the file edited as it is.

        Raises:
            UsageError: There is no editor, or it failed, or it left no file.
        """
        command = editor(os.environ)
        try:
            with _handling(signal.SIGINT, by=_pass_over):
                code = subprocess.run([*command, str(self.path)], check=False).returncode
        except OSError as error:
            raise UsageError(
                f"The editor {command[0]!r} can't be started: {error.strerror}. Nothing is changed.", _NEXT
            ) from None
        if code != 0:
            raise UsageError(f"The editor {command[0]!r} ended with {code}. Nothing is changed.", _NEXT)
        if not self.path.is_file():
            raise UsageError(
                "The edited file is gone. Nothing is changed.", "Edit it where it is, and save it there."
            )

    def read(self) -> str:
        """Give the file's text.

        Raises:
            UsageError: It can't be read, or is no UTF-8.
        """
        return texts.of_file(self.path, "The edited file")


def editor(environment: Mapping[str, str]) -> list[str]:
    """Give the command of a person's editor, and its arguments: VISUAL, else EDITOR, else vi.

    Raises:
        UsageError: The variable can't be split into words.
    """
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environment.get(variable, ""))
        except ValueError as error:
            raise UsageError(f"{variable} is no command: {error}. Nothing is changed.", _NEXT) from None
        if words:
            return words
    return ["vi"]


def _not_written(error: OSError) -> UsageError:
    return UsageError(
        f"The file to edit can't be written: {error.strerror}. Nothing is changed.",
        "Make room, or set TMPDIR to a directory that has some.",
    )


@contextmanager
def _handling(*numbers: int, by: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle signals meanwhile; one that is ignored stays so."""
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        for number in numbers:
            if before[number] is not signal.SIG_IGN:
                signal.signal(number, by)
        yield
    finally:
        for number in numbers:
            signal.signal(number, before[number])


def _pass_over(number: int, frame: FrameType | None) -> None:
    """A function, where SIG_IGN would be inherited by the editor."""


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
