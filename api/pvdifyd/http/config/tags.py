"""Entity tags of a config, as "v6-5f3a0c1e": its version ("v0" before anything was set), and whose it is.

Versions count from 1 again for an app that takes the name of a destroyed one, and SQLite gives the number of a row that
went once more: what tells the two apps apart is when each was made.
"""

from __future__ import annotations

import hashlib

from pvdifyd.http import tags
from pvdifyd.models import App


def headers(app: App, version: int | None) -> dict[str, str]:
    """The headers of an answer with this version of the app's config."""
    return tags.headers(_tag(app, version))


def is_expected(app: App) -> bool:
    """Whether the config that the app has is the one that a change was made for; yes where none was named."""
    return tags.is_expected(_tag(app, app.config_version))


def _tag(app: App, version: int | None) -> str:
    return f"v{version or 0}-{hashlib.sha256(app.created_at.encode()).hexdigest()[:8]}"
