"""What a config version holds, and what a change makes of it: pure functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

# Characters of a hash that are kept: enough to tell one content from another.
HASH_LENGTH = 12


@dataclass(frozen=True)
class Content:
    """values: the plain ones, {key: text}; secrets: {key: the config version that it was set in}."""

    values: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, int] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """Equal for equal contents: the first hex digits of a SHA-256."""
        whole = {"secrets": dict(self.secrets), "values": dict(self.values)}
        text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


@dataclass(frozen=True)
class Change:
    """What is asked for: {key: text, or None to remove it}, as a plain value or as a secret; no key is in both."""

    plain: Mapping[str, str | None] = field(default_factory=dict)
    secret: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def removed(self) -> set[str]:
        """The keys that shall go, whichever they are."""
        return {key for key, value in [*self.plain.items(), *self.secret.items()] if value is None}

    def secrets(self, before: Content) -> dict[str, str]:
        """What is to be encrypted. A key that is a secret stays one, even when that is not said again."""
        still = {key: value for key, value in self.plain.items() if key in before.secrets}
        return {key: value for key, value in {**still, **self.secret}.items() if value is not None}

    def values(self, before: Content) -> dict[str, str]:
        """What is kept as it is."""
        return {
            key: value for key, value in self.plain.items() if value is not None and key not in before.secrets
        }


def merged(before: Content, change: Change, number: int) -> Content:
    """The content of config version `number`, which this change makes of the one before.

    A secret that is set again is always a new one: nobody here can tell whether it is the same.
    """
    secret, gone = change.secrets(before), change.removed
    kept = {key: value for key, value in before.values.items() if key not in gone and key not in secret}
    kept_secrets = {key: version for key, version in before.secrets.items() if key not in gone}
    return Content(
        {**kept, **change.values(before)},
        {**kept_secrets, **dict.fromkeys(secret, number)},
    )


def changed_keys(before: Content, after: Content) -> list[str]:
    """The keys that are new, gone, or not what they were, in order."""
    return sorted(_differing(before.values, after.values) | _differing(before.secrets, after.secrets))


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
