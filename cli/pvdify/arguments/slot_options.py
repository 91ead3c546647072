"""The options that describe an app, shared by `apps:create` and `apps:update`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from pvdify.arguments import processes
from pvdify.errors import UsageError

_Function = TypeVar("_Function", bound=Callable[..., Any])

_HEALTH = ("path", "interval", "timeout", "retries")
_FIXED = (
    click.option("--environment", metavar="NAME", help="production, staging or preview [by the app's name]."),
    click.option("--host", metavar="NAME", help="The host that runs the app [the only one there is]."),
)
_CHANGEABLE = (
    click.option("--image", metavar="IMAGE", help="Container image, as in ghcr.io/acme/myapp:v2."),
    click.option(
        "--container-port", type=int, metavar="PORT", help="Port the container listens on [the image's]."
    ),
    click.option(
        "--bind-port", type=int, metavar="PORT", help="Port of the host that serves the app [a free one]."
    ),
    click.option(
        "--health-path", metavar="PATH", help="HTTP path that answers 2xx when healthy [a TCP connect]."
    ),
    click.option("--health-interval", metavar="TIME", help="Time between two checks, as in 30s."),
    click.option("--health-timeout", metavar="TIME", help="Time a check may take, as in 5s."),
    click.option(
        "--health-retries", type=int, metavar="N", help="Failed checks in a row that make it unhealthy."
    ),
    click.option(
        "--process",
        "process",
        multiple=True,
        metavar="TYPE=COUNT[:COMMAND]",
        help="How many run of a process type, and what [the image's command]; repeat it for each type.",
    ),
)


def fixed_options(function: _Function) -> _Function:
    """Add the options for what is settled when an app is created."""
    return _add(_FIXED, function)


def changeable_options(function: _Function) -> _Function:
    """Add the options for what can be changed later."""
    return _add(_CHANGEABLE, function)


def _add(options: Sequence[Callable[[_Function], _Function]], function: _Function) -> _Function:
    for option in reversed(options):
        function = option(function)
    return function


def body(options: dict[str, Any]) -> dict[str, Any]:
    """Give the fields of the API that were given as options; what was left out is left out."""
    plain = ("environment", "host", "image", "container_port", "bind_port")
    fields = {name: options[name] for name in plain if options.get(name) is not None}
    if options["process"]:
        fields["processes"] = processes.parse(options["process"])
    return fields


def health(options: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any] | None:
    """Give the health check that the options make of the one before; None when they say nothing of it.

    Raises:
        UsageError: Details of a check without a path.
    """
    given = {name: options[f"health_{name}"] for name in _HEALTH if options[f"health_{name}"] is not None}
    if not given:
        return None
    if "path" not in given and not before:
        name = next(iter(given))
        raise UsageError(
            f"--health-{name} describes an HTTP check, and none has a path.", "Add --health-path PATH."
        )
    return {**(before or {}), **given}
