"""A release that brings a new config to what runs, and leaves all else as it serves when its turn comes."""

from __future__ import annotations

from typing import Any

from pvdifyd.models import App, Operation, Release
from pvdifyd.models.operation import CONFIG
from pvdifyd.models.release import DEPLOYING, PENDING
from pvdifyd.operations import find, request
from pvdifyd.operations.config.secrets import recorded
from pvdifyd.operations.deploy import next_version
from pvdifyd.operations.formation import Formation, of_release, stored


def request_config_release(app: App, created_by: str) -> tuple[Release, Operation] | None:
    """A pending release of what serves with the app's config, and its operation; None where nothing runs, nor is about
    to. To be called inside a transaction."""
    model = _model(app)
    if model is None:
        return None
    version = next_version(app)
    release = Release.create(
        app=app,
        version=version,
        units=version,
        config_version=app.config_version,
        secrets=recorded(app, app.config_version),
        created_by=created_by,
        **_code_of(model),
    )
    return release, request.queue(app, CONFIG, created_by, version)


def take_what_serves(operation: Operation) -> None:
    """To be called when the operation's turn has come: whatever was released since it was asked for stays. Where
    nothing serves (a first deploy failed, perhaps for want of this config), what it was made with is tried again."""
    app, release = operation.app, find.release_of(operation)
    assert app is not None
    serving = find.active_release(app)
    if serving is None:
        return
    code = _code_of(serving)
    code["processes"] = _with_counts(serving.processes, stored(app, serving))
    Release.update(**code).where(Release.id == release.id).execute()


def formation_of(app: App, release: Release) -> Formation:
    """What a config release brings: as many instances as run, and stopped what is stopped."""
    serving = find.active_release(app)
    return of_release(app, release) if serving is None else stored(app, serving)


def _model(app: App) -> Release | None:
    """The release that will serve, as far as can be told now. A deploy that is on its way starts what is stopped."""
    on_its_way: Release | None = (
        Release.select()
        .where((Release.app == app) & Release.status.in_((PENDING, DEPLOYING)))
        .order_by(Release.version.desc())
        .first()
    )
    if on_its_way is not None:
        return on_its_way
    serving = find.active_release(app)
    return None if serving is None or stored(app, serving).is_stopped else serving


def _code_of(release: Release) -> dict[str, Any]:
    return {
        "image": release.image,
        "digest": release.digest,
        "processes": release.processes,
        "container_port": release.container_port,
        "healthcheck": release.healthcheck,
    }


def _with_counts(processes: dict[str, Any], formation: Formation) -> dict[str, Any]:
    return {name: {**process, "count": formation.counts[name]} for name, process in processes.items()}
