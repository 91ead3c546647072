"""Stops and starts an app, or one of its process types."""

from __future__ import annotations

from pvdify import outcome
from pvdify.api.client import Client
from pvdify.arguments.process_argument import take_process
from pvdify.errors import UsageError


def switch(
    verb: str,
    doing: str,
    arguments: tuple[str, ...],
    app_option: str | None,
    *,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Ask for the app or type to be switched by `verb` (stop, start), and see it through.

    Raises:
        UsageError: One instance is named: only the whole of a type can be stopped or started.
    """
    app, process = take_process(arguments, app_option)
    if process is not None and process.instance is not None:
        raise UsageError(
            f"'{process}' is one instance, and ps:{verb} takes a whole process type.",
            f"pvdify ps:{verb} {app} {process.process}; or change how many run with pvdify ps:scale.",
        )
    client = Client.from_environment()
    body = {} if process is None else {"process": process.process}
    accepted = client.post("apps", app, "ps", verb, body=body)
    what = app if process is None else f"{process} of {app}"
    outcome.operation(client, accepted, f"{doing} {what}", no_wait=no_wait, as_json=as_json)
