"""Sends a change of an app's config; where it makes a release, sees that through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from pvdify import outcome
from pvdify.api.client import Client, Json
from pvdify.command import json_option, no_wait_option
from pvdify.config import limits, telling, texts
from pvdify.display.output import print_json, print_line
from pvdify.errors import ExitCode

_Function = TypeVar("_Function", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--message", metavar="TEXT", help="Why, for config:versions."),
    click.option("--no-restart", is_flag=True, help="Only store it: the next release takes it."),
    no_wait_option,
    json_option,
)


@dataclass(frozen=True)
class Terms:
    """What the options of `submit_options` say."""

    message: str | None
    no_restart: bool
    no_wait: bool
    as_json: bool


def submit_options(function: _Function) -> _Function:
    """Add the options of every command that changes config; `Terms(**options)` holds them."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def submit(
    client: Client,
    app: str,
    terms: Terms,
    doing: str,
    *,
    config: Mapping[str, str | None] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> None:
    """Change an app's config and exit with the code of the outcome.

    Args:
        client: The server.
        app: The app's name.
        terms: How.
        doing: What it does, for people, as in `Setting`.
        config: Values by key; None removes a key, a secret too.
        secrets: Values that become secrets, by key.
    """
    before = client.get("apps", app, "config") if secrets else {}
    accepted = send(client, app, terms, config=config, secrets=secrets)
    telling.warn_of_plain_text(before, list(secrets or {}))
    see_through(client, app, accepted, terms, doing)


def send(
    client: Client,
    app: str,
    terms: Terms,
    *,
    config: Mapping[str, str | None] | None = None,
    secrets: Mapping[str, str] | None = None,
    tag: str = "",
) -> Json:
    """Have a change accepted, with a tag only if the config still is in that state; give the answer.

    Raises:
        UsageError: It is larger than the server takes.
    """
    body: Json = {}
    if config is not None:
        body["config"] = dict(config)
    if secrets is not None:
        body["secrets"] = dict(secrets)
    if terms.message is not None:
        body["message"] = texts.of_argument(terms.message, "--message")
    if terms.no_restart:
        body["restart"] = False
    limits.check(body)
    return client.put("apps", app, "config", body=body, tag=tag)


def see_through(client: Client, app: str, accepted: Json, terms: Terms, doing: str) -> None:
    """Tell what the server has accepted, follow the release if there is one, and exit with its code."""
    number = accepted.get("operation")
    if not terms.as_json:
        telling.tell_change(app, accepted, doing)
    if number is None:
        if terms.as_json:
            print_json(accepted)
        return
    version = accepted["release"]
    if terms.no_wait:
        _not_waited(client, app, accepted, as_json=terms.as_json)
        return
    settled = outcome.settle(client, app, version, number, "config", as_json=terms.as_json)
    if terms.as_json:
        print_json({**accepted, **settled._asdict()})
    else:
        outcome.tell_release(settled)
    if outcome.failed(settled.operation):
        click.get_current_context().exit(int(ExitCode.OPERATION_FAILED))


def _not_waited(client: Client, app: str, accepted: Json, *, as_json: bool) -> None:
    number = accepted["operation"]
    if not as_json:
        print_line(outcome.follow_hint(number))
        return
    release = client.get("apps", app, "releases", accepted["release"])
    print_json({**accepted, "release": release, "operation": client.get("operations", number)})
