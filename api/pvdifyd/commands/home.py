"""Opening the daemon's home for a command."""

from __future__ import annotations

from pvdifyd import migrations, models
from pvdifyd.errors import SettingsError
from pvdifyd.settings import Settings


def open_home() -> Settings:
    """The settings, with the database connected and up to date; raises SettingsError naming the next step."""
    settings = Settings.from_environment()
    if not settings.certificate_path.exists():
        raise SettingsError(
            f"{settings.home} is not set up yet. Run `pvdifyd init`, with the same PVDIFYD_HOME."
        )
    models.connect(settings.database)
    lacking = migrations.missing()
    if lacking:
        raise SettingsError(f"The database lacks {', '.join(lacking)}. Run `pvdifyd migrate`.")
    return settings
