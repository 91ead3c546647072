"""Creating an app slot; nothing happens on the host before its first deploy."""

from __future__ import annotations

from typing import Any

from peewee import IntegrityError

from pvdifyd.errors import ConflictError, InvalidError, RuleError, shown
from pvdifyd.models import App, Host, atomic, connected
from pvdifyd.names import check_environment, environment_of
from pvdifyd.operations import ports, processes, resources


def create_app(definition: dict[str, Any], host: Host, bind_port: int) -> App:
    """The new app. `definition` has passed the rules of each field; here come those that join fields.

    Raises InvalidError(environment), ConflictError(app_exists, port_taken).
    """
    name = definition["name"]
    environment = checked_environment(name, definition.get("environment"))
    with atomic():
        refuse_if_exists(name)
        try:
            return App.create(
                name=name,
                environment=environment,
                host=host,
                image=definition.get("image"),
                processes=processes.complete(definition.get("processes") or processes.DEFAULT),
                bind_port=bind_port,
                container_port=definition.get("container_port"),
                healthcheck=definition.get("healthcheck"),
                resources={**resources.DEFAULTS[environment], **definition.get("resources", {})},
            )
        except IntegrityError:
            raise ports.port_taken(host, bind_port, "another app") from None


def refuse_if_exists(name: str) -> None:
    """Raises ConflictError(app_exists)."""
    connected()
    if App.get_or_none(App.name == name) is not None:
        raise ConflictError(
            f"There is an app {name} already. See `pvdify apps:info {name}`.", code="app_exists"
        )


def checked_environment(name: str, environment: str | None) -> str:
    """The environment asked for, or the one the name tells; raises InvalidError when they differ."""
    if environment is None:
        return environment_of(name)
    try:
        return check_environment(name, environment)
    except RuleError as broken:
        raise InvalidError.field("environment", environment, broken.rule, broken.detail) from None


def host_for(name: str | None) -> Host:
    """The host named, or the only one; raises InvalidError(host), ConflictError(no_host)."""
    connected()
    hosts = list(Host.select().order_by(Host.name))
    if not hosts:
        raise ConflictError(
            "No host is registered. On the machine of pvdifyd: `pvdifyd host add NAME`.", code="no_host"
        )
    if name is None and len(hosts) == 1:
        return hosts[0]
    known = ", ".join(host.name for host in hosts)
    if name is None:
        raise InvalidError.field("host", None, "required", f"There are several hosts: name one of {known}.")
    found = next((host for host in hosts if host.name == name), None)
    if found is None:
        raise InvalidError.field(
            "host", name, "known_host", f"There is no host {shown(name)}. Known: {known}."
        )
    return found
