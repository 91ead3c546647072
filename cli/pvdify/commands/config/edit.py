"""`pvdify config:edit`."""

from __future__ import annotations

from typing import Any

import click

from pvdify.api.client import Client
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command
from pvdify.config import submit
from pvdify.config.editing import edit
from pvdify.config.submit import Terms, submit_options
from pvdify.display.output import print_json, print_line


@click.command(
    "config:edit",
    cls=Command,
    examples=("pvdify config:edit myapp", "pvdify config:edit myapp --message 'larger pools'"),
)
@app_argument()
@submit_options
def command(arguments: tuple[str, ...], app_option: str | None, **options: Any) -> None:
    """Edit an app's plain config vars in VISUAL, EDITOR, or vi.

    What is saved is set as one config version; a line that is gone unsets its key. Secrets stand there as comments
    and stay. Nothing changes when the editor fails, nothing was edited, or the file is wholly empty.

    When somebody else changed the config meanwhile, your changes are made to what it is then. Where both changed
    the same key, none of yours is made: the error names the key, and the file is kept to compare.

    The file is readable for you alone, and removed at the end; one that could not be taken is kept and named.
    """
    app, terms = take_app(arguments, app_option), Terms(**options)
    client = Client.from_environment()
    accepted = edit(client, app, terms)
    if accepted is not None:
        submit.see_through(client, app, accepted, terms, "Changing")
    elif terms.as_json:
        print_json({**client.get("apps", app, "config"), "changes": [], "release": None, "operation": None})
    else:
        print_line(f"Nothing changed in the config of {app}.")
