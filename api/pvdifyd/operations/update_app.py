"""Changing an app slot; a release takes over what changed at the next deploy."""

from __future__ import annotations

from typing import Any

from peewee import IntegrityError

from pvdifyd import clock
from pvdifyd.models import App, atomic
from pvdifyd.operations import find, ports, request

FIELDS = ("image", "processes", "bind_port", "container_port", "healthcheck")


def update_app(name: str, changes: dict[str, Any]) -> App:
    """The app with the fields given replaced, each as a whole.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, port_taken).
    """
    with atomic():
        app = find.app(name)
        request.refuse_if_removing(app)
        for field in FIELDS:
            if field in changes:
                setattr(app, field, changes[field])
        app.updated_at = clock.now()
        try:
            app.save()
        except IntegrityError:
            raise ports.port_taken(app.host, changes["bind_port"], "another app") from None
        return app
