"""Declaring an app slot: it becomes what its definition says, and what that leaves out has its default."""

from __future__ import annotations

from typing import Any

from pvdifyd.errors import InvalidError, shown
from pvdifyd.models import App, Host, Operation, atomic, connected
from pvdifyd.operations import processes, request, resources
from pvdifyd.operations.create_app import create_app
from pvdifyd.operations.update_app import update_app

Definition = dict[str, Any]


def existing(definition: Definition) -> App | None:
    """The app that is there already; raises InvalidError(same_host) when the definition wants it elsewhere."""
    connected()
    app: App | None = App.get_or_none(App.name == definition["name"])
    if app is not None:
        _refuse_another_host(app, definition.get("host"))
    return app


def declare_new(
    definition: Definition, host: Host, bind_port: int, expected: request.Expected | None = None
) -> App:
    """The new app; raises what `create_app` raises, and ConflictError(precondition_failed)."""
    with atomic():
        app = App.get_or_none(App.name == definition["name"])
        request.refuse_if_unexpected(definition["name"], app, expected)
        return create_app(definition, host, bind_port)


def declare_change(
    definition: Definition, created_by: str, expected: request.Expected | None = None
) -> tuple[App, Operation | None]:
    """The app as the definition has it, and the operation that brings its new limits to what runs of it, if something
    does; raises what `update_app` raises."""
    with atomic():
        app = existing(definition)
        request.refuse_if_unexpected(definition["name"], app, expected)
        changes = {} if app is None else wanted(app, definition)
        return update_app(definition["name"], changes, created_by)


def wanted(app: App, definition: Definition) -> dict[str, Any]:
    """Each field that can be changed, as the definition has it; what it leaves out has its default, but the port
    stays."""
    return {
        "image": definition.get("image"),
        "processes": processes.complete(definition.get("processes") or processes.DEFAULT),
        "bind_port": definition.get("bind_port") or app.bind_port,
        "container_port": definition.get("container_port"),
        "healthcheck": definition.get("healthcheck"),
        "resources": {**resources.DEFAULTS[app.environment], **definition.get("resources", {})},
    }


def _refuse_another_host(app: App, host: str | None) -> None:
    if host not in (None, app.host.name):
        raise InvalidError.field(
            "host",
            host,
            "same_host",
            f"{app.name} is on {app.host.name} and stays there: leave the host {shown(host)} out, or destroy the app "
            "and create it on the other one.",
        )
