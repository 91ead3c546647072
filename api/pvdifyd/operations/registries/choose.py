"""Which credential a release's image is pulled with."""

from __future__ import annotations

from typing import Any

from pvdifyd import image_reference
from pvdifyd.models import App, RegistryCredential


def credential_variables(app: App, image: str) -> dict[str, Any] | None:
    """The credential as a playbook is told it; None: the image is pulled with what the host itself may have."""
    row = credential_for(app, image)
    if row is None:
        return None
    return {
        "registry": row.registry,
        "username": row.username,
        "app": app.name if row.app_id is not None else None,
        "document": row.document,
    }


def credential_for(app: App, image: str) -> RegistryCredential | None:
    """What signs the app in to the image's registry: its own before one for all apps."""
    registry = image_reference.parse(image).domain.lower()
    rows = RegistryCredential.select().where(
        (RegistryCredential.host == app.host)
        & (RegistryCredential.registry == registry)
        & ((RegistryCredential.app == app) | RegistryCredential.app.is_null())
    )
    # The newest of equals, though there are none: signing in replaces what was.
    return max(rows, key=lambda row: (row.app_id is not None, row.id), default=None)
