"""Finding an app's config versions, and how they are named: v6 for people, 6 in the database."""

from __future__ import annotations

import re

from peewee import ModelSelect, fn

from pvdifyd.errors import NotFoundError, shown
from pvdifyd.models import App, ConfigVersion
from pvdifyd.operations.config.content import Content
from pvdifyd.operations.find import LARGEST_NUMBER

_NAMED = re.compile(r"v?([0-9]{1,19})", re.ASCII)


def label(version: int | None) -> str | None:
    """6 → v6."""
    return None if version is None else f"v{version}"


def current(app: App) -> ConfigVersion | None:
    """The config version that the next release takes over; None before any was made."""
    return of_number(app, app.config_version)


def named(app: App, text: str) -> ConfigVersion:
    """The config version that v6, or 6, names; raises NotFoundError(config_version_not_found)."""
    match = _NAMED.fullmatch(text)
    found = of_number(app, int(match[1])) if match else None
    if found is None:
        raise NotFoundError(
            f"{app.name} has no config version {shown(text)}. List them: `pvdify config:versions {app.name}`.",
            code="config_version_not_found",
        )
    return found


def of_number(app: App, version: int | None) -> ConfigVersion | None:
    """The config version of this number, if the app has it."""
    if version is None or not 0 < version <= LARGEST_NUMBER:
        return None
    return ConfigVersion.get_or_none((ConfigVersion.app == app) & (ConfigVersion.version == version))


def listed(app: App) -> ModelSelect[ConfigVersion]:
    """The app's config versions, newest first, without what they hold: of a hundred, that may be as many mebibytes."""
    columns = [ConfigVersion.version, ConfigVersion.hash, ConfigVersion.changes, ConfigVersion.message]
    about = ConfigVersion.select(*columns, ConfigVersion.created_at, ConfigVersion.created_by)
    return about.where(ConfigVersion.app == app).order_by(ConfigVersion.version.desc())


def newest_number(app: App) -> int:
    """The highest number that a config version of the app has; 0 before any was made."""
    highest = ConfigVersion.select(fn.MAX(ConfigVersion.version)).where(ConfigVersion.app == app).scalar()
    return int(highest or 0)


def next_number(app: App) -> int:
    """The number of the app's next config version, from 1. None is given twice, even after a rollback."""
    return newest_number(app) + 1


def content_of(row: ConfigVersion | None) -> Content:
    """What the version holds; nothing where there is none."""
    return Content() if row is None else Content(row.values, row.secrets)


def has_key(app: App, key: str) -> ConfigVersion:
    """The current config version, which has this key; raises NotFoundError(config_key_not_found)."""
    row = current(app)
    if row is None or not (key in row.values or key in row.secrets):
        raise NotFoundError(
            f"{app.name} has no config var {shown(key)}. List them: `pvdify config {app.name}`.",
            code="config_key_not_found",
        )
    return row
