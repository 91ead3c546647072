"""Asking for a deploy: a new release of an app from an image."""

from __future__ import annotations

from pvdifyd.models import App, Operation, Release, atomic
from pvdifyd.models.operation import DEPLOY
from pvdifyd.operations import find, processes, request
from pvdifyd.operations.config.secrets import config_of_now
from pvdifyd.operations.slot_image import current_image


def request_deploy(name: str, image: str | None, created_by: str) -> tuple[Release, Operation]:
    """A pending release of the image (default: the app's own, or what that is about to be) and the operation that will
    run it.

    Raises NotFoundError(app_not_found), ConflictError(app_removing, no_image).
    """
    with atomic():
        app = find.app(name)
        request.refuse_if_removing(app)
        version = next_version(app)
        release = Release.create(
            app=app,
            version=version,
            units=version,
            image=image or current_image(app),
            processes=processes.complete(app.processes),
            container_port=app.container_port,
            healthcheck=app.healthcheck,
            created_by=created_by,
            **config_of_now(app),
        )
        return release, request.queue(app, DEPLOY, created_by, version)


def next_version(app: App) -> int:
    """The number of the app's next release, from 1."""
    newest = find.newest_release(app)
    return newest.version + 1 if newest else 1
