"""Encrypting what a change sets as a secret, before the database is locked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pvdifyd import sops
from pvdifyd.models import App
from pvdifyd.operations import find, recipients, request
from pvdifyd.operations.config.content import Change
from pvdifyd.operations.config.versions import content_of, current, next_number


@dataclass(frozen=True)
class Basis:
    """What the secrets' documents depend on: the config that is changed, the number of the new one, and the host's
    recipient."""

    config_version: int | None
    number: int
    recipient: str | None


@dataclass(frozen=True)
class Sealed:
    """documents: {key: document} of all that the change sets as a secret."""

    basis: Basis
    documents: Mapping[str, str]


def seal_ahead(name: str, change: Change) -> Sealed:
    """The documents as they will be, unless the app's config changes first. Five hundred secrets take seconds, in which
    nobody else could write if this were done inside the transaction.

    Raises NotFoundError(app_not_found), ConflictError(app_removing), and what `seal` raises.
    """
    app = find.app(name)
    request.refuse_if_removing(app)
    return seal(app, change)


def seal(app: App, change: Change) -> Sealed:
    """The documents of the change's secrets, by the rows as they are now.

    Raises ConflictError(host_without_recipient), UnavailableError(sops_unavailable).
    """
    basis = basis_of(app)
    secrets = change.secrets(content_of(current(app)))
    if not secrets:
        return Sealed(basis, {})
    bounds = [bound(app.name, key, value, basis.number) for key, value in secrets.items()]
    documents = sops.encrypt_all(bounds, recipients.of(app.host))
    return Sealed(basis, dict(zip(secrets, documents, strict=True)))


def basis_of(app: App) -> Basis:
    """What documents made now depend on."""
    return Basis(app.config_version, next_number(app), app.host.recipient)


def bound(app: str, key: str, value: str, version: int) -> dict[str, object]:
    """What one document of a secret holds; its host takes it in no other place."""
    return {"app": app, "key": key, "value": value, "version": version}
