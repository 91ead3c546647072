"""Config versions as the API shows them: of a secret, only when it was set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pvdifyd.models import App, ConfigVersion
from pvdifyd.operations.config.change import Changed
from pvdifyd.operations.config.versions import content_of, has_key, label

Shown = dict[str, Any]


def config(row: ConfigVersion | None) -> Shown:
    """A config version; where there is none yet, an empty config."""
    content = content_of(row)
    return {
        **_about(row),
        "config": dict(content.values),
        "secrets": {key: label(version) for key, version in content.secrets.items()},
    }


def version(app: App, row: ConfigVersion) -> Shown:
    """A config version among others."""
    return {**config(row), **_among_others(app, row)}


def versions(app: App) -> Callable[[Sequence[ConfigVersion]], list[Shown]]:
    """How a page of the app's config versions is shown: without what they hold, which need not be read for it."""
    return lambda rows: [{**_about(row), **_among_others(app, row)} for row in rows]


def _about(row: ConfigVersion | None) -> Shown:
    return {
        "version": None if row is None else label(row.version),
        "hash": None if row is None else row.hash,
        "message": None if row is None else row.message,
        "created_at": None if row is None else row.created_at,
        "created_by": None if row is None else row.created_by,
    }


def _among_others(app: App, row: ConfigVersion) -> Shown:
    return {"changes": row.changes, "current": row.version == app.config_version}


def changed(made: Changed) -> Shown:
    """What a change came to."""
    return {
        **config(made.version),
        "changes": made.changes,
        "release": made.release.version if made.release else None,
        "operation": made.operation.id if made.operation else None,
    }


def key(app: App, name: str) -> Shown:
    """One config var; raises NotFoundError(config_key_not_found)."""
    content = content_of(has_key(app, name))
    return {
        "key": name,
        "value": content.values.get(name),
        "secret": name in content.secrets,
        "version": label(content.secrets.get(name)),
    }
