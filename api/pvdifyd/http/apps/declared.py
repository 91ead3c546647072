"""The answer to a definition of an app: the app as it is then, new or changed."""

from __future__ import annotations

from typing import Any

from flask import Response

from pvdifyd.errors import InvalidError, shown
from pvdifyd.http import answers
from pvdifyd.http.access.reach import may_see
from pvdifyd.http.apps import tags
from pvdifyd.http.apps.host_side import bind_port, check_resources
from pvdifyd.http.apps.schemas import AppSchema
from pvdifyd.http.authentication import caller
from pvdifyd.http.services import services
from pvdifyd.models import App, Operation
from pvdifyd.operations import declare_app, resources, show
from pvdifyd.operations.create_app import host_for
from pvdifyd.operations.domains.match import match
from pvdifyd.operations.idempotency import Answer


def app_declared(name: str, definition: dict[str, Any]) -> Response:
    """201 with the new app; 200 with the changed one, or 202 where Location is the operation that brings its new limits
    into force, else that of its domains. The host is asked before the transaction begins; the worker is told once it is
    committed."""
    kept = answers.answered_before()
    if kept is not None:
        return kept
    _check_name(name, definition)
    app = declare_app.existing(definition)
    return _new(definition) if app is None else _changed(app, definition)


def _check_name(name: str, definition: dict[str, Any]) -> None:
    if definition["name"] != name:
        message = f"{shown(definition['name'])} is not the app of the address, {shown(name)}: give it the same name."
        raise InvalidError.field("name", definition["name"], "same_name", message)


def _new(definition: dict[str, Any]) -> Response:
    host = host_for(definition.get("host"))
    check_resources(host, definition.get("resources", {}))
    port = bind_port(host, definition.get("bind_port"))

    queued: list[Operation] = []

    def make() -> Answer:
        app = declare_app.declare_new(definition, host, port, tags.is_expected)
        queued.extend(_match(app, definition))
        return _answer(201, app, f"/api/v1/apps/{app.name}")

    answer = answers.once(make)
    services().announce([operation.id for operation in queued])
    return answer


def _changed(app: App, definition: dict[str, Any]) -> Response:
    wanted = declare_app.wanted(app, definition)
    if wanted["bind_port"] not in (app.bind_port, app.bound_port):
        bind_port(app.host, wanted["bind_port"])
    in_force = resources.of(app)
    check_resources(
        app.host, {name: limit for name, limit in wanted["resources"].items() if limit != in_force[name]}
    )
    queued: list[Operation] = []

    def make() -> Answer:
        changed, operation = declare_app.declare_change(definition, caller().name, tags.is_expected)
        queued.extend([operation] if operation is not None else [])
        queued.extend(_match(changed, definition))
        if not queued:
            return _answer(200, changed)
        return _answer(202, changed, f"/api/v1/operations/{queued[0].id}")

    answer = answers.once(make)
    services().announce([operation.id for operation in queued])
    return answer


def _match(app: App, definition: dict[str, Any]) -> list[Operation]:
    """What brings the app the domains of its definition; those that this does not name at all stay."""
    if "domains" not in definition:
        return []
    operation = match(app, definition["domains"], caller().name, may_see)
    return [operation] if operation is not None else []


def _answer(status: int, app: App, location: str | None = None) -> Answer:
    shown_app = show.apps([app])[0]
    return answers.answer(status, AppSchema(), shown_app, location, tags.headers(shown_app))
