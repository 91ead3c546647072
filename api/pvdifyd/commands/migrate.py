"""pvdifyd migrate"""

from __future__ import annotations

import click

from pvdifyd import migrations, models
from pvdifyd.settings import Settings


@click.command()
def migrate() -> None:
    """Bring the database to this version's form."""
    models.connect(Settings.from_environment().database)
    applied = migrations.apply()
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("The database is up to date.")
