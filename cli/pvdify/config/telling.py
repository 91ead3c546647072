"""What a change of config says to people: what changed, what comes of it, and what is left to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pvdify.display.output import print_line, warn
from pvdify.display.text import named, word

Json = dict[str, Any]


def tell_change(app: str, accepted: Json, doing: str) -> None:
    """Print what the server made of a change.

    Args:
        app: The app's name.
        accepted: What the server answered.
        doing: What was done, as in `Setting`.
    """
    version, keys = word(accepted.get("version"), "no config"), accepted.get("changes") or []
    said = f"{doing} {named(keys)} of {app}: {version}" if keys else f"Bringing {version} to {app}:"
    if accepted.get("operation") is not None:
        separator = "," if keys else ""
        print_line(f"{said}{separator} release {accepted['release']}, operation {accepted['operation']}")
    elif keys:
        print_line(said)
        print_line(f"Stored: the next release takes it, as pvdify deploy {app} makes one.")
    else:
        print_line(f"Nothing changed: the config of {app} is {word(accepted.get('version'), 'nothing')}.")


def warn_of_plain_text(before: Json, secrets: Sequence[str]) -> None:
    """Warn where a key that became a secret was a plain value: versions don't change any more.

    Args:
        before: The config it was.
        secrets: The keys that were set as secrets.
    """
    plain = sorted(set(secrets) & set(before.get("config") or {}))
    if plain:
        warn(
            f"{word(before.get('version'))} and earlier keep the old value of {named(plain)} in clear; "
            "change it where it comes from."
        )


def warn_of_stored(app: Json) -> None:
    """Warn where the release that serves runs another config than the one that is stored."""
    stored, running = app.get("config_version"), app.get("running_config_version")
    if "running_config_version" not in app or app.get("release") is None or stored == running:
        return
    name = word(app.get("name"))
    wholly_stopped = set(app.get("processes") or {}) <= set(app.get("stopped") or [])
    again = "" if wholly_stopped else ", and so does setting any key again to the value it has"
    warn(
        f"{word(stored, 'no config')} is stored, and release {word(app['release'])} runs "
        f"{word(running, 'without config')}. pvdify deploy {name} brings it{again}."
    )
