"""Entity tags of an app: another one whenever anything that the API shows of it is another."""

from __future__ import annotations

from typing import Any

from pvdifyd.http import tags
from pvdifyd.http.apps.schemas import AppSchema
from pvdifyd.models import App
from pvdifyd.operations import show


def headers(shown: dict[str, Any]) -> dict[str, str]:
    """The headers of an answer with this app, as `show` gives it."""
    return tags.headers(_tag(shown))


def is_expected(app: App | None) -> bool:
    """Whether the app (None: there is none) is as it was when the change was made for it."""
    return tags.is_expected(None if app is None else _tag(show.apps([app])[0]))


def _tag(shown: dict[str, Any]) -> str:
    return tags.of_content(AppSchema().dump(shown))
