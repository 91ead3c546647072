"""Edits an app's config in a person's editor, until it is taken or given up; nobody's change is lost by it."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click

from pvdify.api.client import Client, Json
from pvdify.config import dotenv, submit, views
from pvdify.config.edited_file import EditedFile, edited_file
from pvdify.config.submit import Terms
from pvdify.display.text import word
from pvdify.errors import ExitCode, PvdifyError, UsageError

Changes = dict[str, str | None]


def edit(client: Client, app: str, terms: Terms) -> Json | None:
    """Have the plain values edited, and give what the server answers to the change; None where there is none.

    Raises:
        PvdifyError: The editor failed; or the change can't be read or was refused: the file is kept then, and the
            error names it.
    """
    with edited_file(f"{app}.env") as file:
        return _Editing(client, app, terms, file).run()


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    """Give what has to be set, and as None what has to be unset, to come from one to the other."""
    changed: Changes = {key: value for key, value in after.items() if before.get(key) != value}
    return {**changed, **{key: None for key in before if key not in after}}


def changed(values: Mapping[str, str], changes: Changes) -> dict[str, str]:
    """Give the values with the changes made."""
    return {key: value for key, value in {**values, **changes}.items() if value is not None}


class _Editing:
    """One run of an editor, and more where the file can't be taken as it is."""

    def __init__(self, client: Client, app: str, terms: Terms, file: EditedFile) -> None:
        self._client = client
        self._app = app
        self._terms = terms
        self._file = file
        self._read()

    def run(self) -> Json | None:
        self._file.edit(self._text(self._values))
        while changes := self._changes():
            try:
                return submit.send(self._client, self._app, self._terms, config=changes, tag=self._tag)
            except PvdifyError as problem:
                if problem.code == "precondition_failed":
                    if not self._start_over(changes):
                        return None
                elif problem.ends_with == ExitCode.INVALID_INPUT:
                    self._reopen(problem)
                else:
                    raise self._kept(problem) from None
        return None

    def _read(self) -> None:
        self._config, self._tag = self._client.get_tagged("apps", self._app, "config")
        self._version = word(self._config.get("version"), "no version yet")
        self._values = views.values(self._config)

    def _text(self, values: Mapping[str, str]) -> str:
        heading = (
            f"Config of {self._app}, {self._version}. It is set once you save this and close the editor;",
            "a line that is not there any more unsets its key. A value with blanks, with # or of several lines",
            "stands in quotes, as in any dotenv file: KEY='two words'.",
            "",
        )
        return views.file({**self._config, "config": dict(values)}, heading)

    def _changes(self) -> Changes:
        """Read what the person made of the file, edited again until it can be read."""
        while True:
            try:
                wanted = dotenv.parse(self._file.read(), str(self._file.path))
            except UsageError as problem:
                self._reopen(problem)
            else:
                return changes_between(self._values, wanted)

    def _start_over(self, changes: Changes) -> bool:
        """Have the changes made to what the config is by now; False when it is what they make of it."""
        before = self._version
        try:
            self._read()
        except PvdifyError as problem:
            raise self._kept(problem) from None
        merged = changed(self._values, changes)
        if merged == self._values:
            return False
        overtaken = PvdifyError(
            f"Somebody changed the config of {self._app} meanwhile: you edited {before}, and it is "
            f"{self._version} now.",
            "Edit it once more: your changes are made to what it is now.",
            exit_code=ExitCode.CONFLICT,
            code="precondition_failed",
        )
        self._go_on(overtaken)
        self._file.edit(self._text(merged))
        return True

    def _reopen(self, problem: PvdifyError) -> None:
        self._go_on(problem)
        self._file.edit_again()

    def _go_on(self, problem: PvdifyError) -> None:
        """Raise the problem, the file kept, unless a person at a terminal wants to go on with it."""
        if sys.stdin is None or not sys.stdin.isatty():
            raise self._kept(problem)
        problem.show()
        try:
            again = click.confirm("Edit it again?", default=True, err=True)
        except click.Abort:
            again = False
        if not again:
            raise self._kept(problem)

    def _kept(self, problem: PvdifyError) -> PvdifyError:
        path = self._file.keep()
        kept = f"What you wrote is kept in {path}; pvdify config:import -a {self._app} {path} sets what stands in it."
        problem.next_step = f"{problem.next_step} {kept}"
        return problem
