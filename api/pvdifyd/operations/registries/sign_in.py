"""Keeping what signs in to a registry, encrypted for each host that may need it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pvdifyd import sops
from pvdifyd.errors import ConflictError
from pvdifyd.models import App, Host, RegistryCredential, atomic, connected
from pvdifyd.operations import find, recipients, request


@dataclass(frozen=True)
class SignIn:
    """Who signs in where; app: the name of the one it is for, None for all apps."""

    registry: str
    username: str
    password: str = field(repr=False)
    app: str | None = None

    @property
    def bound(self) -> dict[str, object]:
        """What is one in the document."""
        return {
            "app": self.app,
            "password": self.password,
            "registry": self.registry,
            "username": self.username,
        }


# {name of a host: its recipient and the document for it}.
Encrypted = dict[str, tuple[str, str]]


def encrypt(asked: SignIn) -> Encrypted:
    """The sign-in for each host that is to have it. It takes some hundredths of a second, in which nobody else could
    write if this were done inside a transaction.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, host_without_recipient),
    UnavailableError(sops_unavailable).
    """
    found = {host.name: recipients.of(host) for host in _hosts(asked.app)}
    return {name: (recipient, sops.encrypt(asked.bound, recipient)) for name, recipient in found.items()}


def keep(asked: SignIn, encrypted: Encrypted, created_by: str) -> RegistryCredential:
    """The newest of the rows, which replace those of the same registry and app. Raises what `encrypt` raises."""
    with atomic():
        hosts = _hosts(asked.app)
        if {host.name: host.recipient for host in hosts} != {name: one[0] for name, one in encrypted.items()}:
            # A host got another key meanwhile. Now that nobody can write, none gets another one.
            encrypted = encrypt(asked)
        app = _app(asked.app)
        same_app = RegistryCredential.app.is_null() if app is None else RegistryCredential.app == app
        RegistryCredential.delete().where(
            same_app & (RegistryCredential.registry == asked.registry)
        ).execute()
        rows = [
            RegistryCredential.create(
                host=host,
                app=app,
                registry=asked.registry,
                username=asked.username,
                document=encrypted[host.name][1],
                recipient=encrypted[host.name][0],
                created_by=created_by,
            )
            for host in hosts
        ]
        return rows[-1]


def _hosts(app_name: str | None) -> list[Host]:
    connected()
    app = _app(app_name)
    if app is not None:
        return [app.host]
    prepared = list(Host.select().where(Host.recipient.is_null(False)).order_by(Host.name))
    if not prepared:
        raise ConflictError(
            "No host has a key of its own yet, so that nothing can be encrypted for one. On pvdifyd's machine: "
            "`pvdifyd host prepare NAME`.",
            code="host_without_recipient",
        )
    return prepared


def _app(name: str | None) -> App | None:
    if name is None:
        return None
    app = find.app(name)
    request.refuse_if_removing(app)
    return app
