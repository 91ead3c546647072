"""The database's changes in order, as playhouse.migrations reads them, and how they are applied."""

from __future__ import annotations

from pathlib import Path

from playhouse.migrations import Runner

from pvdifyd import models

DIRECTORY = Path(__file__).parent


def apply() -> list[str]:
    """Apply what is missing; the names of what was applied, oldest first."""
    models.connected()
    return [str(name) for name in _runner().up()]


def missing() -> list[str]:
    """The names of the migrations that this database lacks."""
    models.connected()
    return [str(migration.name) for migration in _runner().status() if not migration.applied]


def _runner() -> Runner:
    return Runner(models.database.obj, str(DIRECTORY))
