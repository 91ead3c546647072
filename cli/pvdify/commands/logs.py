"""`pvdify logs`."""

from __future__ import annotations

import sys

import click

from pvdify.api.client import Client
from pvdify.api.log_follow import MOST_LINES, LogFollower
from pvdify.arguments import process_name, release_version
from pvdify.arguments.app_argument import app_argument, take_app
from pvdify.command import Command, json_option
from pvdify.display.log_lines import LogPrinter
from pvdify.display.text import visible
from pvdify.errors import ExitCode, UsageError


@click.command(
    "logs",
    cls=Command,
    examples=(
        "pvdify logs myapp -f",
        "pvdify logs myapp -p worker --since 1h",
        "pvdify logs myapp --release 41 -n 1000 --json",
    ),
)
@app_argument()
@click.option("-f", "--follow", "following", is_flag=True, help="Go on with new lines until Ctrl-C.")
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(0, MOST_LINES),
    default=100,
    show_default=True,
    metavar="N",
    help="The last N lines at most; with --follow, 0 gives new ones alone.",
)
@click.option(
    "-p",
    "--process",
    type=process_name.parse,
    metavar="TYPE[.N]",
    help="Lines of a process type or of one instance, as in web or web.2.",
)
@click.option(
    "--release", type=release_version.parse, metavar="VERSION", help="Lines of a release, as in 41."
)
@click.option("--since", metavar="TIME", help="Lines from then on: 1h (ago) or 2026-01-05T10:30:00Z.")
@click.option("--until", metavar="TIME", help="Lines up to then, like --since.")
@json_option
def command(
    arguments: tuple[str, ...],
    app_option: str | None,
    following: bool,
    lines: int,
    process: process_name.ProcessName | None,
    release: int | None,
    since: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    """Show what an app's instances write, the oldest line first.

    A line is its time in UTC, the instance and the message, as in 2026-01-05T10:30:00.123456Z web.1 ready; the
    instance is coloured by its type on a terminal. Control characters are shown as text. With --json each line
    is a JSON object.

    With --follow it goes on over deploys, broken connections and restarts of the server, and no line is lost or
    comes twice; Ctrl-C ends it with exit code 130.
    """
    app = take_app(arguments, app_option)
    if following and until is not None:
        raise UsageError("--until ends what --follow goes on with.", "Leave one of them out.")
    wanted = {
        "lines": lines,
        "process": process and process.process,
        "instance": process and process.instance,
        "release": release,
        "since": since,
        "until": until,
    }
    query = {name: str(value) for name, value in wanted.items() if value is not None}
    printer = LogPrinter(sys.stdout, as_json=as_json)
    client = Client.from_environment()
    if following:
        _follow(LogFollower(client, app, query, _report), printer)
        return
    entries = client.whole("apps", app, "logs", query=query)
    if not entries and not as_json:
        _report(f"No lines of {app}.")
    printer.show(entries)


def _follow(follower: LogFollower, printer: LogPrinter) -> None:
    try:
        for entries in follower.batches():
            printer.show(entries)
    except KeyboardInterrupt:
        click.get_current_context().exit(int(ExitCode.INTERRUPTED))


def _report(text: str) -> None:
    """To standard error: standard output has the log's lines alone."""
    click.echo(visible(text), err=True)
