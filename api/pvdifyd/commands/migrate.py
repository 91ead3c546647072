"""pvdifyd migrate"""

from __future__ import annotations

import click

from pvdifyd import migrations, models
from pvdifyd.operations.audit import record
from pvdifyd.settings import Settings


@click.command()
def migrate() -> None:
    """Bring the database to this version's form."""
    models.connect(Settings.from_environment().database)
    if not apply_migrations("migrate"):
        click.echo("The database is up to date.")


def apply_migrations(command: str) -> list[str]:
    """Bring the database that is connected to this version's form, for this command; the names of what was applied."""
    applied = migrations.apply()
    for name in applied:
        click.echo(f"applied {name}")
    if applied:
        record.by_machine(command, {"migrations": applied})
    return applied
