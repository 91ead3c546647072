"""Changing an app slot; a release takes over what changed at the next deploy, and limits by an operation."""

from __future__ import annotations

from typing import Any

from peewee import IntegrityError

from pvdifyd import clock
from pvdifyd.models import App, Operation, atomic
from pvdifyd.models.operation import OPEN, RELEASING, RESOURCES
from pvdifyd.operations import find, ports, processes, request, resources, slot_image

FIELDS = ("image", "processes", "bind_port", "container_port", "healthcheck")


def update_app(
    name: str, changes: dict[str, Any], created_by: str, expected: request.Expected | None = None
) -> tuple[App, Operation | None]:
    """The app with the fields given replaced, each as a whole, and the operation that brings its new limits to what
    runs of it, if something does. What is so already leaves no trace.

    Limits that are not given stay. Raises NotFoundError(app_not_found), ConflictError(app_removing, port_taken,
    precondition_failed).
    """
    with atomic():
        app = find.app(name)
        request.refuse_if_removing(app)
        request.refuse_if_unexpected(name, app, expected)
        before, image_before = _slot(app), app.image
        for field in FIELDS:
            if field in changes:
                setattr(app, field, changes[field])
        if app.image != image_before:
            slot_image.was_declared(app)
        app.processes = processes.complete(app.processes)
        operation = _limit(app, changes.get("resources", {}), created_by)
        if _slot(app) != before:
            app.updated_at = clock.now()
        try:
            app.save()
        except IntegrityError:
            raise ports.port_taken(app.host, changes["bind_port"], "another app") from None
        return app, operation


def _slot(app: App) -> list[Any]:
    return [*(getattr(app, field) for field in FIELDS), resources.of(app)]


def _limit(app: App, asked: resources.Resources, created_by: str) -> Operation | None:
    """Limits in force are those of what runs: where something runs, or is about to, an operation changes both."""
    under_way = _open_kinds(app)
    if not asked or (asked.items() <= resources.of(app).items() and RESOURCES not in under_way):
        return None
    if find.active_release(app) is None and not under_way & {*RELEASING, RESOURCES}:
        app.resources = {**resources.of(app), **asked}
        return None
    return request.queue(app, RESOURCES, created_by, arguments={"resources": asked})


def _open_kinds(app: App) -> set[str]:
    rows = Operation.select(Operation.kind).where((Operation.app == app) & Operation.status.in_(OPEN))
    return {row.kind for row in rows}
