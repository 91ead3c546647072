"""An app's config vars on the host: kept encrypted beside their release, readable in memory while it can run.

A container gets each as a podman secret, whose value podman reads from a file in memory when the container starts: the
bytes arrive as they were set, an empty value too, and neither ``podman inspect`` nor a unit shows them. After a reboot
``reopen`` makes the files again, with no controller.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import kept_file, names, sops, systemctl
from .answers import StepFailed
from .changes import Changes, write_atomically
from .locks import environment_lock
from .podman_store import store

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_COMPLETE = ".complete"
# Seconds that a unit which makes them readable has to stop.
_PATIENCE = 100.0


@dataclass(frozen=True)
class Secret:
    """``version`` is the config version it was set in, ``digest`` that of its document as the release recorded it."""

    version: int
    digest: str
    document: str


@dataclass(frozen=True)
class Environment:
    """``values`` are the plain ones."""

    values: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> Environment:
        """From JSON: ``values`` {key: text}, ``secrets`` {key: {version, digest, document}}. Raises
        ``StepFailed(invalid_key)``: a key becomes part of paths."""
        environment = cls(
            dict(described["values"]),
            {key: Secret(**secret) for key, secret in described["secrets"].items()},
        )
        for key in environment.keys:
            if _KEY.fullmatch(key) is None:
                raise StepFailed("invalid_key", f"{key!r} can't be the key of a config var.")
        return environment

    @property
    def keys(self) -> list[str]:
        return sorted({*self.values, *self.secrets})

    def text(self) -> str:
        secrets = {key: vars(secret) for key, secret in self.secrets.items()}
        return json.dumps({"values": dict(self.values), "secrets": secrets}, indent=2, sort_keys=True) + "\n"


def kept(app: str, units: int) -> Environment:
    """What the host keeps of a release; an empty one where nothing was set. Raises what ``kept_file.read`` raises."""
    return kept_file.read(names.environment_file(app, units), Environment.of) or Environment()


def bring(app: str, units: int, wanted: Environment, changes: Changes) -> None:
    """Have a release's config vars ready for its containers. What the host keeps for a reboot is replaced only by what
    it could open, and that is what it is used as. Raises what ``sops.opened`` raises."""
    values = None
    if wanted.text() != kept(app, units).text() or not is_ready(app, units, wanted.keys):
        values = readable(app, wanted) if not changes.check else {}
    changes.write(names.environment_file(app, units), wanted.text(), mode=0o600, shown=_names_in)
    if values is not None and changes.will(
        f"make {len(wanted.keys)} config vars of {app}, release {units}, readable"
    ):
        _write(app, units, values)
    _tell_podman(app, units, wanted.keys, changes)


def reopen(app: str, units: int) -> int:
    """Make the files of a release again that were in memory; how many they are. Raises what ``kept`` and
    ``sops.opened`` raise."""
    # Before anything can fail: by its folder, a release is found whose unit tries again and again.
    _folder(app, units)
    environment = kept(app, units)
    if not is_ready(app, units, environment.keys):
        _write(app, units, readable(app, environment))
    return len(environment.keys)


def is_ready(app: str, units: int, keys: list[str]) -> bool:
    folder = names.environment_folder(app, units)
    return all((folder / name).exists() for name in (*keys, _COMPLETE))


def readable(app: str, environment: Environment) -> dict[str, str]:
    """Each key's value. Raises what ``sops.opened`` raises."""
    opened = sops.each(environment.secrets.items(), lambda item: _open(app, *item))
    return {**environment.values, **dict(zip(environment.secrets, opened))}


def hide(app: str, units: int, changes: Changes) -> None:
    """Leave nothing readable of a release whose instances have ended, and nobody who would make it readable again: its
    unit tries until it can."""
    unit = names.environment_unit(app, units)
    if systemctl.states([unit])[unit].active != "inactive" and changes.will(f"stop {unit}"):
        systemctl.stop([unit], timeout=_PATIENCE)
    changes.remove(names.environment_folder(app, units), shown=False)


def forget(app: str, units: int, changes: Changes) -> None:
    """Remove all there is of a release's config vars. Nothing is read of what the host keeps of them: a release whose
    file is damaged can go too."""
    hide(app, units, changes)
    _have_podman_forget(app, units, changes)
    changes.remove(names.environment_file(app, units), shown=False)


def _open(app: str, key: str, secret: Secret) -> str:
    what = f"Secret {key}, set in v{secret.version},"
    if sops.digest(secret.document) != secret.digest:
        raise StepFailed(
            "secret_misplaced",
            f"{what} is not the document that the release was made with.",
            next_step=f"{sops.SOMEBODY_CHANGED} Set it again: {_again(app, key)}",
        )
    bound = {"app": app, "key": key, "version": secret.version}
    held = sops.opened(secret.document, bound, what, misplaced="secret_misplaced", again=_again(app, key))
    return str(held["value"])


def _again(app: str, key: str) -> str:
    return f"pvdify config:set {app} {key} --secret"


def _have_podman_forget(app: str, units: int, changes: Changes) -> None:
    # Not the folder of the files: where no app has config vars there is none, and a look is no reason to make it.
    with (
        TemporaryDirectory(prefix="podman-", dir=names.ENVIRONMENTS.parent) as folder,
        store(Path(folder)) as podman,
    ):
        there = sorted(name for name in podman.names() if names.is_podman_secret(name, app, units))
        if there and changes.will(f"remove the config vars of {app}, release {units}"):
            for name in there:
                podman.remove(name)


def _tell_podman(app: str, units: int, keys: list[str], changes: Changes) -> None:
    if changes.check and not names.ENVIRONMENTS.exists():
        return
    folder = names.environment_folder(app, units)
    labels = {"pvdify.app": app, "pvdify.release": str(units)}
    with store(_private_folder()) as podman:
        known = podman.names()
        missing = [key for key in keys if names.podman_secret(app, units, key) not in known]
        if missing and changes.will(f"have podman read {', '.join(missing)}"):
            for key in missing:
                podman.create(names.podman_secret(app, units, key), folder / key, labels)


def _write(app: str, units: int, values: dict[str, str]) -> None:
    folder = _folder(app, units)
    # The release's own unit may write the same files, and it holds no other lock.
    with environment_lock(app):
        for key, value in values.items():
            write_atomically(folder / key, value, 0o600)
        # Last: only with it the others are all there.
        write_atomically(folder / _COMPLETE, "", 0o600)


def _folder(app: str, units: int) -> Path:
    _private_folder()
    folder = names.environment_folder(app, units)
    folder.mkdir(exist_ok=True)
    return folder


def _private_folder() -> Path:
    names.ENVIRONMENTS.mkdir(mode=0o700, parents=True, exist_ok=True)
    return names.ENVIRONMENTS


def _names_in(text: str) -> str:
    """What a diff may say of the file: which keys, and never their values."""
    environment = Environment.of(json.loads(text))
    lines = [f"{key} (secret, v{environment.secrets[key].version})" for key in environment.secrets]
    return "\n".join(sorted([*environment.values, *lines])) + "\n"
