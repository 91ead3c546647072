"""The secrets' documents: keeping them, and what a release records of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pvdifyd import sops
from pvdifyd.models import App, Secret
from pvdifyd.operations.config.versions import of_number

Documents = Mapping[tuple[str, int], str]


def keep(app: App, version: int, documents: Mapping[str, str], recipient: str) -> None:
    """Keep the documents, {key: document}, of the secrets that were set in this config version."""
    for key, document in documents.items():
        Secret.create(app=app, key=key, version=version, document=document, recipient=recipient)


def documents(app: App, secrets: Mapping[str, int]) -> Documents:
    """The documents of these secrets, {key: version}, by key and version."""
    rows = Secret.select(Secret.key, Secret.version, Secret.document).where(
        (Secret.app == app) & Secret.key.in_(list(secrets))
    )
    return {(row.key, row.version): row.document for row in rows if secrets[row.key] == row.version}


def recorded(app: App, version: int | None) -> dict[str, Any]:
    """What a release with this config version records of its secrets: {key: {"version": number, "digest": hex}}."""
    row = of_number(app, version)
    if row is None:
        return {}
    found = documents(app, row.secrets)
    return {
        key: {"version": number, "digest": sops.digest(found[key, number])}
        for key, number in sorted(row.secrets.items())
    }


def config_of_now(app: App) -> dict[str, Any]:
    """What a release's row has of the config that the app has now."""
    return {"config_version": app.config_version, "secrets": recorded(app, app.config_version)}


def size(documents_: Iterable[str]) -> int:
    """Bytes of the documents together."""
    return sum(len(document.encode()) for document in documents_)
