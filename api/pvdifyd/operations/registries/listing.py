"""The credentials as people think of them: one for a registry and an app, on however many hosts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from peewee import JOIN, ModelSelect, fn

from pvdifyd.models import App, Host, RegistryCredential


def entries(app: App | None = None) -> ModelSelect[RegistryCredential]:
    """The newest row of each registry and app, by registry; with an app, only what signs that one in."""
    newest = RegistryCredential.select(fn.MAX(RegistryCredential.id)).group_by(
        RegistryCredential.registry, RegistryCredential.app
    )
    rows = (
        RegistryCredential.select(RegistryCredential, App)
        .join(App, JOIN.LEFT_OUTER)
        .where(RegistryCredential.id.in_(newest))
    )
    if app is not None:
        on_its_host = RegistryCredential.select(RegistryCredential.registry).where(
            (RegistryCredential.host == app.host) & RegistryCredential.app.is_null()
        )
        # The app's own wins (choose.credential_for).
        with_its_own = RegistryCredential.select(RegistryCredential.registry).where(
            RegistryCredential.app == app
        )
        of_all = (
            RegistryCredential.app.is_null()
            & RegistryCredential.registry.in_(on_its_host)
            & RegistryCredential.registry.not_in(with_its_own)
        )
        rows = rows.where((RegistryCredential.app == app) | of_all)
    return rows.order_by(RegistryCredential.registry, App.name)


def shown(rows: Sequence[RegistryCredential]) -> list[dict[str, Any]]:
    """The entries, without what is secret of them."""
    hosts: dict[tuple[str, int | None], list[str]] = defaultdict(list)
    same_registry = RegistryCredential.registry.in_([row.registry for row in rows])
    found = RegistryCredential.select(RegistryCredential, Host).join(Host).where(same_registry)
    for row in found.order_by(Host.name):
        hosts[row.registry, row.app_id].append(row.host.name)
    return [
        {
            "registry": row.registry,
            "username": row.username,
            "app": row.app.name if row.app else None,
            "hosts": hosts[row.registry, row.app_id],
            "created_at": row.created_at,
            "created_by": row.created_by,
        }
        for row in rows
    ]
