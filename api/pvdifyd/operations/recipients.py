"""Whom a host's secrets are encrypted for, and how that changes."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import ModelSelect

from pvdifyd.errors import ConflictError, listed
from pvdifyd.models import App, Host, HostSecret, Operation, RegistryCredential, Secret, atomic
from pvdifyd.models.operation import ROTATE, SUCCEEDED

# Secrets that a message names one by one.
NAMED = 10

# All that is encrypted for a host.
Encrypted = Secret | RegistryCredential | HostSecret


def of(host: Host) -> str:
    """The host's recipient; raises ConflictError(host_without_recipient)."""
    if host.recipient is None:
        raise ConflictError(
            f"{host.name} has no key of its own yet, so that nothing can be encrypted for it. On pvdifyd's machine: "
            f"`pvdifyd host prepare {host.name}`.",
            code="host_without_recipient",
        )
    return str(host.recipient)


def keep(host: Host, recipient: str) -> list[str]:
    """Take over the recipient that the host told when it was prepared; what a person should know of that, in lines.

    A rotation that has come in between knows better, and stays.
    """
    with atomic():
        known = Host.recipient.is_null() if host.recipient is None else Host.recipient == host.recipient
        Host.update(recipient=recipient).where((Host.id == host.id) & known).execute()
        host = Host.get_by_id(host.id)
        said = [f"secrets for {host.name} are encrypted for {host.recipient}"]
        others = [
            *secrets_of(host).where(Secret.recipient != host.recipient),
            *credentials_of(host).where(RegistryCredential.recipient != host.recipient),
            *own_secrets_of(host).where(HostSecret.recipient != host.recipient),
        ]
        return [*said, *_warning(host, others)] if others else said


def _warning(host: Host, others: Sequence[Encrypted]) -> list[str]:
    """What to do about rows that are encrypted for another key than the host has first."""
    named = sorted({label(row) for row in others})
    what = f"WARNING: {listed(named, NAMED)}: encrypted for a key that {host.name} had before."
    last = last_rotation(host)
    if last is not None and last.status != SUCCEEDED:
        return [
            what,
            f"A rotation has not come to its end (operation {last.id}, {last.status}). Unless the key was also "
            "replaced by other means, nothing is lost: let it end, or rotate again: "
            f"`pvdify secrets:rotate --host {host.name}`.",
        ]
    return [
        what,
        "Without that key they can't be read any more, and releases that need them fail. If you have a copy of it, put "
        f"it back as /etc/pvdify/identity.txt on the host and run `pvdifyd host prepare {host.name}`. If not, set them "
        "again: `pvdify config:set APP KEY --secret`, `pvdify registry:login REGISTRY`, `pvdify edge:set cloudflare`.",
    ]


def label(row: Encrypted) -> str:
    """What a person calls a secret or a credential."""
    if isinstance(row, Secret):
        return f"{row.app.name} {row.key} v{row.version}"
    if isinstance(row, HostSecret):
        return f"the {row.name.replace('_', ' ')} of {row.host.name}"
    return f"{row.registry} ({row.app.name if row.app else 'all apps'})"


def last_rotation(host: Host) -> Operation | None:
    """The newest rotation of the host's key that was asked for."""
    rows = Operation.select().where(Operation.kind == ROTATE).order_by(Operation.id.desc())
    return next((row for row in rows if row.arguments["host"] == host.name), None)


def secrets_of(host: Host) -> ModelSelect[Secret]:
    """The secrets of the host's apps."""
    return Secret.select().join(App).where(App.host == host)


def credentials_of(host: Host) -> ModelSelect[RegistryCredential]:
    """What signs in to registries on the host."""
    return RegistryCredential.select().where(RegistryCredential.host == host)


def own_secrets_of(host: Host) -> ModelSelect[HostSecret]:
    """The secrets of the host itself."""
    return HostSecret.select().where(HostSecret.host == host)
