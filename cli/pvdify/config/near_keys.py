"""Did you mean: the config var whose name is nearest to one that an app doesn't have."""

from __future__ import annotations

import difflib

from pvdify.api.client import Client, Json
from pvdify.config import views
from pvdify.errors import PvdifyError


def hint(config: Json, key: str) -> str:
    """Give `Did you mean LEVEL?`; empty text where no key is near."""
    by_capitals = {known.upper(): known for known in (*views.values(config), *views.secrets(config))}
    near = difflib.get_close_matches(key.upper(), by_capitals, n=1, cutoff=0.6)
    return f"Did you mean {by_capitals[near[0]]}?" if near else ""


def suggest(error: PvdifyError, client: Client, app: str, key: str) -> None:
    """Add the nearest key to what an error says to do next, where it is about a key that is not there."""
    if error.code == "config_key_not_found":
        near = hint(client.get("apps", app, "config"), key)
        error.next_step = f"{near} {error.next_step or ''}".strip()


def absent(config: Json, keys: list[str]) -> list[str]:
    """Give those of some keys that the config doesn't have."""
    return [key for key in keys if key not in views.values(config) and key not in views.secrets(config)]
