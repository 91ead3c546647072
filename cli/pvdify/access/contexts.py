"""The servers this person has signed in to, each by a name, and which of them is the current one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from pvdify.access import private_files
from pvdify.errors import UsageError

_FILE = "contexts.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


@dataclass(frozen=True)
class Context:
    """One server.

    Args:
        name: What the person calls it.
        url: Its URL, as `settings.server_url` gives it.
        ca_file: The absolute path of the PEM file to trust; empty where none is named.
        fingerprint: The SHA-256 of the certificate that is pinned, as 64 hexadecimal digits; empty for none.
        token_in: Where its token is kept: `keyring`, `file`, or empty for nowhere.
    """

    name: str
    url: str
    ca_file: str = ""
    fingerprint: str = ""
    token_in: str = ""


@dataclass
class Contexts:
    """All contexts by their names, and the name of the current one (empty for none)."""

    current: str = ""
    by_name: dict[str, Context] = field(default_factory=dict)

    def named(self, name: str, origin: str) -> Context:
        """Give a context by its name; `origin` is where that comes from, for people.

        Raises:
            UsageError: There is none of this name.
        """
        if name in self.by_name:
            return self.by_name[name]
        near = difflib.get_close_matches(name, self.by_name, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"{origin}: there is no context {name!r}.",
            f"{hint}pvdify contexts lists them; pvdify login --url URL --context NAME makes one.",
        )

    def of_url(self, url: str) -> Context | None:
        """Give the context of a server: the current one where it is that, else the first."""
        own = [context for context in self.by_name.values() if context.url == url]
        return next((context for context in own if context.name == self.current), own[0] if own else None)


def load(environment: Mapping[str, str]) -> Contexts:
    """Read the contexts.

    Raises:
        UsageError: Their file can't be read or is damaged.
    """
    try:
        file = private_files.directory(environment) / _FILE
    except UsageError:
        return Contexts()  # Nowhere to keep any: the environment has to say it all.
    content = private_files.read(file)
    try:
        entries = dict(content.get("contexts") or {})
        by_name = {name: _context(name, entry) for name, entry in entries.items()}
        return Contexts(str(content.get("current") or ""), by_name)
    except (TypeError, ValueError, KeyError):
        raise private_files.damaged(file, "it holds something else than contexts") from None


def save(environment: Mapping[str, str], contexts: Contexts) -> None:
    """Write the contexts.

    Raises:
        UsageError: They can't be written.
    """
    entries = {context.name: _entry(context) for context in contexts.by_name.values()}
    file = private_files.directory(environment) / _FILE
    private_files.write(file, {"current": contexts.current, "contexts": entries})


def checked_name(name: str, origin: str) -> str:
    """Give a context's name, or raise `UsageError` where it can't be one."""
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"{origin}: {name!r} can't be a context's name: letters, digits, dots, hyphens and underscores.",
            "As in production or server.example.com.",
        )
    return name


def _context(name: str, entry: Mapping[str, Any]) -> Context:
    known = [each.name for each in fields(Context) if each.name != "name"]
    texts = {key: entry.get(key, "") for key in known}
    if not texts["url"] or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError(name)
    return Context(name, **texts)


def _entry(context: Context) -> dict[str, str]:
    return {key: value for key, value in asdict(context).items() if value and key != "name"}
