"""Forgetting what signs in to a registry."""

from __future__ import annotations

from pvdifyd.errors import NotFoundError
from pvdifyd.models import RegistryCredential, atomic
from pvdifyd.operations import find


def sign_out(registry: str, app_name: str | None) -> None:
    """Forget the credential of this app (None: the one of all apps). Hosts have no copy of it.

    Raises NotFoundError(app_not_found, credential_not_found).
    """
    with atomic():
        app = find.app(app_name) if app_name is not None else None
        same_app = RegistryCredential.app.is_null() if app is None else RegistryCredential.app == app
        chosen = RegistryCredential.delete().where(same_app & (RegistryCredential.registry == registry))
        if chosen.execute() == 0:
            whose = f"of {app_name}" if app_name else "for all apps"
            raise NotFoundError(
                f"There is no credential {whose} for {registry}. List them: `pvdify registries`.",
                code="credential_not_found",
            )
