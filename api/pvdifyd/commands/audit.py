"""pvdifyd audit"""

from __future__ import annotations

import re

import click

from pvdifyd.commands.home import open_home
from pvdifyd.errors import SettingsError, shown
from pvdifyd.operations.audit.verify import verify as verify_chain


@click.group()
def audit() -> None:
    """The audit log, in which every change is written down."""


@audit.command()
@click.option("--head", metavar="HASH", help="A head that was noted before; it must still be there.")
def verify(head: str | None) -> None:
    """Check that no entry was changed, removed or moved, and print how many there are and the head.

    Who can write to the database could write the whole log anew. So note the head elsewhere now and then, and give it
    as --head later.
    """
    open_home()
    if head is not None and re.fullmatch(r"[0-9a-f]{64}", head, re.ASCII) is None:
        raise SettingsError(
            f"--head is {shown(head)}: it must be the 64 characters that this command printed."
        )
    found = verify_chain(head)
    later = f", {found.since} since the head that was noted" if found.since is not None else ""
    click.echo(f"{found.count} entries{later}; nothing was touched\nhead {found.head}")
