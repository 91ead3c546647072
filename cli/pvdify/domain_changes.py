"""Changes an app's domains, sees the operations of that through, and waits for what others have begun."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence

import click

from pvdify import outcome
from pvdify.api.client import Client, Json
from pvdify.arguments.domain_name import canonical
from pvdify.display.domain_view import print_domains
from pvdify.display.output import print_json, print_line
from pvdify.display.text import named
from pvdify.errors import ExitCode, PvdifyError

# What becomes something else by itself.
ON_THE_WAY = ("pending", "removing")

_PAUSE_SECONDS = 1.0


def ask(names: Sequence[str], one: Callable[[str], Json]) -> list[Json]:
    """Ask for something for each domain, and give the operations that do it, each once.

    Raises:
        PvdifyError: One was refused; those before it are on their way.
    """
    accepted: dict[int, Json] = {}
    for name in names:
        try:
            operation = one(name)
        except PvdifyError as error:
            if accepted:
                begun = (
                    f"Those before {name} are on their way: pvdify operations:info {max(accepted)} --follow."
                )
                error.next_step = f"{error.next_step} {begun}" if error.next_step else begun
            raise
        accepted[operation["id"]] = operation
    return list(accepted.values())


def numbers(accepted: Sequence[Json]) -> str:
    """Give operations as people call them: `operation 7`."""
    word = "operation" if len(accepted) == 1 else "operations"
    return f"{word} {', '.join(str(operation['id']) for operation in accepted)}"


def see_through(
    client: Client, app: str, names: Sequence[str], accepted: Sequence[Json], *, no_wait: bool, as_json: bool
) -> None:
    """Follow the operations to their ends, print the domains as they are then, and exit with 1 where one failed."""
    if no_wait:
        _print_accepted(client, app, accepted, as_json=as_json)
        return
    ended = [outcome.wait(client, one["id"], one["kind"], as_json=as_json) for one in accepted]
    domains = of_app(client, app, names)
    if as_json:
        print_json({"domains": domains, "operations": ended})
    else:
        for operation in ended:
            outcome.tell(operation)
        print_domains(domains, when_empty=f"{named(names)}: no longer {app}'s.")
    if any(map(outcome.failed, ended)):
        click.get_current_context().exit(int(ExitCode.OPERATION_FAILED))


def of_app(client: Client, app: str, names: Collection[str] | None = None) -> list[Json]:
    """Give the app's domains, or those of them that are named; a name in other letters counts as the server's."""
    found = client.list("apps", app, "domains")
    if names is None:
        return found
    known = {canonical(name) for name in names}
    return [domain for domain in found if domain.get("domain") in known]


def failed_of(client: Client, app: str) -> list[str]:
    """Give the names of the app's domains that failed."""
    return [domain["domain"] for domain in of_app(client, app) if domain["status"] == "failed"]


def settled(client: Client, app: str, names: Collection[str] | None, seconds: float) -> list[Json]:
    """Give the domains once none of them is on its way any more.

    Raises:
        PvdifyError: One still is after so many seconds.
    """
    give_up = time.monotonic() + seconds
    while True:
        domains = of_app(client, app, names)
        waiting = [domain["domain"] for domain in domains if domain["status"] in ON_THE_WAY]
        if not waiting:
            return domains
        if time.monotonic() >= give_up:
            raise PvdifyError(
                f"Still on the way after {seconds:.0f} s: {named(waiting)}.",
                f"pvdify operations -a {app} shows what goes on.",
                exit_code=ExitCode.OPERATION_FAILED,
            )
        time.sleep(min(_PAUSE_SECONDS, max(0.0, give_up - time.monotonic())))


def _print_accepted(client: Client, app: str, accepted: Sequence[Json], *, as_json: bool) -> None:
    if as_json:
        print_json({"domains": of_app(client, app), "operations": accepted})
        return
    for operation in accepted:
        print_line(outcome.follow_hint(operation["id"]))
