"""pvdifyd serve"""

from __future__ import annotations

import click

from pvdifyd import models
from pvdifyd.commands.home import open_home


@click.command()
def serve() -> None:
    """Answer the API. Started as root, it goes on as PVDIFYD_USER."""
    settings = open_home()
    # gunicorn forks; a connection to SQLite must not be shared with a child.
    models.close()
    # Flask and gunicorn take half a second to import: only who needs them waits.
    from pvdifyd.http.server import Server

    Server(settings).run()
