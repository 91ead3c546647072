"""The fake server's config: versions, secrets by the version they were set in, and what a change makes of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from tests.cli.fake_log import NOW, Json


@dataclass
class Config:
    """One app's config. `sealed` is what a real server could not give: the secrets' texts, by key."""

    versions: list[Json] = field(default_factory=list)
    current: int = 0
    sealed: dict[str, str] = field(default_factory=dict)

    def shown(self, number: int | None = None) -> Json:
        """Give a version (the current one) as the API does."""
        number = self.current if number is None else number
        if not number:
            absent = dict.fromkeys(("version", "hash", "message", "created_at", "created_by"))
            return {**absent, "config": {}, "secrets": {}}
        version = self.versions[number - 1]
        names = ("version", "hash", "message", "created_at", "created_by", "config", "secrets")
        return {name: version[name] for name in names}

    def listed(self) -> list[Json]:
        """Give the versions, newest first."""
        names = ("version", "created_at", "created_by", "message", "hash", "changes", "current")
        return [
            {name: self._with_current(version)[name] for name in names} for version in self.versions[::-1]
        ]

    def whole(self, number: int) -> Json:
        """Give a version with what it changed."""
        version = self._with_current(self.versions[number - 1])
        return {**self.shown(number), "changes": version["changes"], "current": version["current"]}

    def value(self, key: str) -> Json | None:
        """Give one key; None where it is not there."""
        shown = self.shown()
        if key in shown["secrets"]:
            return {"key": key, "value": None, "secret": True, "version": shown["secrets"][key]}
        if key in shown["config"]:
            return {"key": key, "value": shown["config"][key], "secret": False, "version": None}
        return None

    def change(self, body: Json) -> list[str]:
        """Make a new version of the changes, and give the keys that changed; none where nothing did."""
        before, number = self.shown(), len(self.versions) + 1
        config, secrets = dict(before["config"]), dict(before["secrets"])
        for key, value in (body.get("config") or {}).items():
            if value is None:
                config.pop(key, None)
                secrets.pop(key, None)
            elif key in secrets:
                secrets[key], self.sealed[key] = f"v{number}", value
            else:
                config[key] = value
        for key, value in (body.get("secrets") or {}).items():
            config.pop(key, None)
            secrets[key], self.sealed[key] = f"v{number}", value
        old, new = ({**each} for each in (_together(before), {**config, **secrets}))
        changes = sorted(
            key for key in old.keys() | new.keys() if (key in old, old.get(key)) != (key in new, new.get(key))
        )
        if changes:
            self.versions.append(_version(number, config, secrets, body.get("message"), changes))
            self.current = number
        return changes

    def _with_current(self, version: Json) -> Json:
        return {**version, "current": version["version"] == f"v{self.current}"}


def _together(shown: Json) -> dict[str, Any]:
    return {**shown["config"], **shown["secrets"]}


def _version(number: int, config: Json, secrets: Json, message: str | None, changes: list[str]) -> Json:
    content = json.dumps({"secrets": secrets, "values": config}, sort_keys=True)
    return {
        "version": f"v{number}",
        "hash": hashlib.sha256(content.encode()).hexdigest()[:12],
        "message": message,
        "created_at": NOW,
        "created_by": "tests",
        "config": config,
        "secrets": secrets,
        "changes": changes,
    }
