"""The options that describe an app, shared by `apps:create` and `apps:update`."""

from __future__ import annotations

import math
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
        "--health-path",
        metavar="PATH",
        help="HTTP path that answers 2xx when healthy, for the host localhost [a TCP connect].",
    ),
    click.option(
        "--health-interval",
        metavar="TIME",
        help="Time between two checks that may restart an instance, as in 30s; the proxy's come each second.",
    ),
    click.option(
        "--health-timeout", metavar="TIME", help="Time a check may take, as in 5s; it is the proxy's too."
    ),
    click.option(
        "--health-retries",
        type=int,
        metavar="N",
        help="Failed checks in a row that restart an instance; after two of the proxy's it gets no requests.",
    ),
    click.option(
        "--process",
        "process",
        multiple=True,
        metavar="TYPE=COUNT[:COMMAND]",
        help="How many run of a process type, and what [the image's command]; repeat it for each type.",
    ),
    click.option(
        "--no-overlap",
        multiple=True,
        metavar="TYPE",
        help="A process type whose new instances wait until the old ones have ended [scheduler]; repeatable.",
    ),
)
_RESOURCES = (
    click.option(
        "--memory", metavar="SIZE", help="Memory an instance may use, as in 512M or 1G [by environment]."
    ),
    click.option(
        "--cpu",
        type=click.FLOAT,
        metavar="NUMBER",
        help="How much of one CPU an instance may use, as in 0.5 [by environment].",
    ),
)


def fixed_options(function: _Function) -> _Function:
    """Add the options for what is settled when an app is created."""
    return _add(_FIXED, function)


def changeable_options(function: _Function) -> _Function:
    """Add the options for what can be changed later."""
    return _add(_CHANGEABLE, function)


def resource_options(function: _Function) -> _Function:
    """Add the options for what an instance may use of its host."""
    return _add(_RESOURCES, function)


def _add(options: Sequence[Callable[[_Function], _Function]], function: _Function) -> _Function:
    for option in reversed(options):
        function = option(function)
    return function


def body(options: dict[str, Any], before: Callable[[], dict[str, Any]] = dict) -> dict[str, Any]:
    """Give the fields of the API that were given as options; what was left out is left out.

    Args:
        options: The options by their names.
        before: Gives the app's processes as they are; asked only when the options change a part of them.

    Raises:
        UsageError: An option's value can't be read.
    """
    plain = ("environment", "host", "image", "container_port", "bind_port")
    fields = {name: options[name] for name in plain if options.get(name) is not None}
    given, apart = processes.parse(options["process"]), options["no_overlap"]
    if given or apart:
        fields["processes"] = processes.forbid_overlap(given or before(), apart)
    if limits := resources(options):
        fields["resources"] = limits
    return fields


def resources(options: dict[str, Any]) -> dict[str, Any]:
    """Give the limits that were given as options.

    Raises:
        UsageError: --cpu is no number that JSON has.
    """
    cpu = options["cpu"]
    if cpu is not None and not math.isfinite(cpu):
        raise UsageError(f"--cpu: {cpu} is not a number of CPUs.", "As in --cpu 0.5.")
    return {name: options[name] for name in ("memory", "cpu") if options[name] is not None}


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
