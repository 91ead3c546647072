"""Registering and forgetting the machines that apps run on."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Any

from peewee import IntegrityError

from pvdifyd.errors import ConflictError, NotFoundError, RuleError, shown
from pvdifyd.models import App, Host, Operation, atomic, connected
from pvdifyd.models.host import LOCAL, SSH
from pvdifyd.models.operation import EDGE, OPEN
from pvdifyd.names import check_host_name
from pvdifyd.operations import recipients

DEFAULT_USER = "root"
DEFAULT_PORT = 22

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}", re.ASCII)
_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)
_REGISTRY = re.compile(r"([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True)
class SshTarget:
    """Who signs in, where: [USER@]ADDRESS[:PORT]."""

    user: str
    address: str
    port: int

    @classmethod
    def parse(cls, text: str) -> SshTarget:
        """The parts; raises RuleError(ssh_target)."""
        user, at, rest = text.rpartition("@")
        bracketed = re.fullmatch(r"\[([0-9a-fA-F:.]+)\](?::([0-9]{1,5}))?", rest, re.ASCII)
        plain = re.fullmatch(r"([^:\[\]]+)(?::([0-9]{1,5}))?", rest, re.ASCII)
        match = bracketed or plain
        if match is not None:
            target = cls(user if at else DEFAULT_USER, match[1], int(match[2] or DEFAULT_PORT))
            if target._is_valid():
                return target
        raise RuleError(
            "ssh_target", f"{shown(text)} is no ssh target: write USER@ADDRESS or USER@ADDRESS:PORT."
        )

    def _is_valid(self) -> bool:
        return bool(
            _USER.fullmatch(self.user)
            and (_is_address(self.address) or _HOST_NAME.fullmatch(self.address))
            and 1 <= self.port <= 65535
        )


@dataclass(frozen=True)
class HostDefinition:
    """What is to be registered; without an ssh target it is this machine itself."""

    name: str
    ssh: SshTarget | None = None
    identity_file: str | None = None
    known_hosts_file: str | None = None
    bind_address: str = "127.0.0.1"
    registry_certificates: dict[str, str] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        """The row's values; raises RuleError naming what can't be."""
        for registry in self.registry_certificates:
            check_registry(registry)
        if not _is_address(self.bind_address) or ":" in self.bind_address:
            raise RuleError("address", f"{shown(self.bind_address)} is no IPv4 address, as 127.0.0.1 is one.")
        return {
            "name": check_host_name(self.name),
            "connection": SSH if self.ssh else LOCAL,
            "address": self.ssh.address if self.ssh else None,
            "port": self.ssh.port if self.ssh else None,
            "user": self.ssh.user if self.ssh else None,
            "identity_file": self.identity_file if self.ssh else None,
            "known_hosts_file": self.known_hosts_file if self.ssh else None,
            "bind_address": self.bind_address,
            "registry_certificates": self.registry_certificates,
        }


def add_host(definition: HostDefinition) -> Host:
    """The host's row. The same definition again gives the same row, another one is refused.

    Raises RuleError, ConflictError(host_exists).
    """
    columns = definition.columns()
    with atomic():
        known = Host.get_or_none(Host.name == definition.name)
        if known is None:
            return Host.create(**columns)
        if all(getattr(known, name) == value for name, value in columns.items()):
            return known
    raise ConflictError(
        f"There is another host {definition.name} already. Remove it first: `pvdifyd host remove "
        f"{definition.name}`, or choose another name.",
        code="host_exists",
    )


def find_host(name: str) -> Host:
    """The host; raises NotFoundError(host_not_found)."""
    connected()
    found = Host.get_or_none(Host.name == name)
    if found is None:
        raise NotFoundError(
            f"There is no host {shown(name)}. List them: `pvdifyd host list`.", code="host_not_found"
        )
    return found


def remove_host(name: str) -> None:
    """Forget the host; nothing on it is touched. Raises NotFoundError, ConflictError(host_in_use)."""
    with atomic():
        host = find_host(name)
        _refuse_if_rotating(host)
        _refuse_if_preparing(host)
        apps = [app.name for app in App.select(App.name).where(App.host == host).order_by(App.name)]
        try:
            host.delete_instance()
        except IntegrityError:
            raise ConflictError(
                f"{name} has apps: {', '.join(apps)}. Destroy them first: `pvdify apps:destroy APP`.",
                code="host_in_use",
            ) from None


def _refuse_if_rotating(host: Host) -> None:
    rotation = recipients.last_rotation(host)
    if rotation is not None and rotation.status in OPEN:
        raise ConflictError(
            f"The key of {host.name} is being rotated. Let operation {rotation.id} end: `pvdify operations:info "
            f"{rotation.id}`.",
            code="host_in_use",
        )


def _refuse_if_preparing(host: Host) -> None:
    rows = Operation.select().where((Operation.kind == EDGE) & Operation.status.in_(OPEN))
    for operation in rows:
        if operation.arguments["host"] == host.name:
            raise ConflictError(
                f"What brings requests to {host.name} is being prepared. Let operation {operation.id} end: `pvdify "
                f"operations:info {operation.id}`.",
                code="host_in_use",
            )


def check_registry(name: str) -> str:
    """A registry as it stands before an image's path: HOST or HOST:PORT; raises RuleError(registry)."""
    if _REGISTRY.fullmatch(name) is None or ".." in name:
        raise RuleError("registry", f"{shown(name)} is no registry: write HOST or HOST:PORT.")
    return name


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
