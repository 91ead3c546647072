"""Edits an app's config in a person's editor, until it is taken or given up; nobody's change is lost by it."""

from __future__ import annotations

import click

from pvdify.api.client import Client, Json, Tagged
from pvdify.config import delta, dotenv, submit, views
from pvdify.config.delta import Changes
from pvdify.config.edited_file import EditedFile, edited_file
from pvdify.config.submit import Terms
from pvdify.display.output import warn
from pvdify.display.terminal import input_is_terminal
from pvdify.display.text import word
from pvdify.errors import ExitCode, PvdifyError, UsageError


def edit(client: Client, app: str, terms: Terms) -> Json | None:
    """Have the plain values edited, and give what the server answers to the change; None where there is none.

    Raises:
        PvdifyError: The editor failed; or the change can't be read or was refused: the file is kept then, and the
            error names it.
    """
    with edited_file(f"{app}.env") as file:
        return _Editing(client, app, terms, file).run()


class _Editing:
    """One run of an editor, and more where the file can't be taken as it is."""

    def __init__(self, client: Client, app: str, terms: Terms, file: EditedFile) -> None:
        self._client = client
        self._app = app
        self._terms = terms
        self._file = file
        self._opened, self._tag = self._read()
        self._current = self._opened

    def run(self) -> Json | None:
        self._file.edit(self._text())
        while changes := self._changes_left():
            try:
                return submit.send(self._client, self._app, self._terms, config=changes, tag=self._tag)
            except PvdifyError as problem:
                if problem.code == "precondition_failed":
                    self._catch_up(problem)
                elif problem.ends_with in (ExitCode.INVALID_INPUT, ExitCode.USAGE):
                    self._reopen(problem)
                else:
                    raise self._kept(problem) from None
        return None

    def _read(self) -> Tagged:
        return self._client.get_tagged("apps", self._app, "config")

    def _text(self) -> str:
        version = word(self._opened.get("version"), "no version yet")
        heading = (
            f"Config of {self._app}, {version}. It is set once you save this and close the editor;",
            "a line that is not there any more unsets its key. A value with blanks, with # or of several lines",
            "stands in quotes, as in any dotenv file: KEY='two words'. An empty file changes nothing.",
            "",
        )
        return views.file(self._opened, heading)

    def _changes_left(self) -> Changes:
        """Give what has to be changed, to make the person's changes of what the config is by now."""
        changes = delta.not_made_yet(self._changes(), self._opened, self._current)
        if keys := delta.clashes(changes, self._opened, self._current):
            raise self._kept(
                PvdifyError(
                    f"Somebody else changed {', '.join(keys)} too: you edited config "
                    f"{word(self._opened.get('version'), 'without a version')} of {self._app}, and it is "
                    f"{word(self._current.get('version'))} now. Nothing of yours is set.",
                    exit_code=ExitCode.CONFLICT,
                    code="precondition_failed",
                )
            )
        return changes

    def _changes(self) -> Changes:
        """Read what the person made of the file, edited again until it can be read."""
        while True:
            try:
                text = self._file.read()
                wanted = dotenv.parse(text, str(self._file.path))
            except UsageError as problem:
                self._reopen(problem)
            else:
                if text.strip():
                    return delta.between(views.values(self._opened), wanted)
                warn(f"the file is empty, which gives it up. pvdify config:unset {self._app} KEY... unsets.")
                return {}

    def _catch_up(self, problem: PvdifyError) -> None:
        """Read what the config is by now, to make the changes to that."""
        before = self._tag
        try:
            self._current, self._tag = self._read()
        except PvdifyError as unread:
            raise self._kept(unread) from None
        if self._tag == before:
            raise self._kept(problem)

    def _reopen(self, problem: PvdifyError) -> None:
        """Have the file edited again; raise the problem, the file kept, unless a person at a terminal wants to."""
        if not input_is_terminal():
            raise self._kept(problem)
        problem.show()
        try:
            again = click.confirm("Edit it again?", default=True, err=True)
        except click.Abort:
            again = False
        if not again:
            raise self._kept(problem)
        self._file.edit_again()

    def _kept(self, problem: PvdifyError) -> PvdifyError:
        kept = (
            f"What you wrote is kept in {self._file.keep()}; "
            f"pvdify config:edit {self._app} opens the config as it is now, to compare."
        )
        problem.next_step = kept if problem.next_step is None else f"{problem.next_step} {kept}"
        return problem
