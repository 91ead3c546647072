"""Changing an app's config vars: a new version, and the release that brings it to what runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pvdifyd import clock
from pvdifyd.errors import ConflictError
from pvdifyd.models import App, ConfigVersion, Operation, Release, atomic
from pvdifyd.operations import find, request
from pvdifyd.operations.config import rules, secrets
from pvdifyd.operations.config.bringing import is_in_force
from pvdifyd.operations.config.content import Change, Content, changed_keys, merged
from pvdifyd.operations.config.release import request_config_release
from pvdifyd.operations.config.sealing import Sealed, basis_of, seal
from pvdifyd.operations.config.versions import content_of, current, has_key


@dataclass(frozen=True)
class Wish:
    """How a change is made. restart: whether what runs shall have it at once; expected: tells of the app whether
    its config is the one that the change was made for."""

    created_by: str
    message: str | None = None
    restart: bool = True
    expected: Callable[[App], bool] | None = None


@dataclass(frozen=True)
class Changed:
    """version: the current config version, None where there is none yet; changes: the keys that it changed, none where
    all was so already; release and operation: what brings it to the host, if something does."""

    app: App
    version: ConfigVersion | None
    changes: list[str]
    release: Release | None = None
    operation: Operation | None = None


def change_config(name: str, change: Change, wish: Wish, sealed: Sealed) -> Changed:
    """The app's config with this change; `sealed`: its secrets, encrypted ahead. One that changes nothing brings what
    is stored, and not in force yet.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, precondition_failed, host_without_recipient),
    InvalidError(config_count, config_size), UnavailableError(sops_unavailable).
    """
    with atomic():
        app = find.app(name)
        request.refuse_if_removing(app)
        _refuse_if_unexpected(app, wish)
        if sealed.basis != basis_of(app):
            # Another change came first. Now that nobody can write, none will come again.
            sealed = seal(app, change)
        before = current(app)
        after = merged(content_of(before), change, sealed.basis.number)
        changes = changed_keys(content_of(before), after)
        version = _keep(app, after, changes, wish, sealed) if changes else before
        wanted = wish.restart and (changes or not is_in_force(app))
        made = request_config_release(app, wish.created_by) if wanted else None
        return Changed(app, version, changes, *(made or ()))


def unset_key(name: str, key: str, wish: Wish, sealed: Sealed) -> Changed:
    """The app's config without this key.

    Raises NotFoundError(config_key_not_found), and what `change_config` raises.
    """
    with atomic():
        app = find.app(name)
        _refuse_if_unexpected(app, wish)
        has_key(app, key)
        return change_config(name, Change({key: None}), wish, sealed)


def _keep(app: App, content: Content, changes: list[str], wish: Wish, sealed: Sealed) -> ConfigVersion:
    number = sealed.basis.number
    secrets.keep(app, number, sealed.documents, str(sealed.basis.recipient))
    rules.check_whole(len(content.values) + len(content.secrets), _size(app, content))
    app.config_version = number
    app.updated_at = clock.now()
    app.save()
    return ConfigVersion.create(
        app=app,
        version=number,
        values=dict(sorted(content.values.items())),
        secrets=dict(sorted(content.secrets.items())),
        changes=changes,
        hash=content.hash,
        message=wish.message,
        created_by=wish.created_by,
    )


def _size(app: App, content: Content) -> int:
    plain = sum(len(key) + len(value.encode()) for key, value in content.values.items())
    documents = secrets.documents(app, content.secrets)
    return plain + sum(len(key) for key in content.secrets) + secrets.size(documents.values())


def _refuse_if_unexpected(app: App, wish: Wish) -> None:
    if wish.expected is not None and not wish.expected(app):
        raise ConflictError(
            f"The config of {app.name} is v{app.config_version or 0} by now, and not the one that the change was made "
            f"for. Look at it again (`pvdify config {app.name}`), then change it.",
            code="precondition_failed",
        )
