"""A release that brings a new config to what runs, and leaves all else as it serves when its turn comes."""

from __future__ import annotations

from typing import Any

from pvdifyd.models import App, Operation, Release
from pvdifyd.models.operation import CONFIG
from pvdifyd.models.release import DEPLOYING, PENDING
from pvdifyd.operations import find, request
from pvdifyd.operations.config.bringing import is_in_force
from pvdifyd.operations.config.secrets import config_of_now
from pvdifyd.operations.config.versions import newest_number
from pvdifyd.operations.deploy import next_version
from pvdifyd.operations.formation import Formation, of_release, stored

Arguments = dict[str, Any]


def request_config_release(app: App, created_by: str) -> tuple[Release, Operation] | None:
    """A pending release of what serves with the app's config, and its operation; None where nothing runs, nor is about
    to. To be called inside a transaction."""
    model = _model(app)
    return None if model is None else _queue(app, model, created_by)


def request_starting_release(
    app: App, serving: Release, created_by: str, arguments: Arguments
) -> Operation | None:
    """As above, of an app that is stopped whole, and would start with a config that is no longer its own; None of any
    other. arguments: what starts, as start: {process: type, or null for all}, or as processes: {type: count}."""
    if not stored(app, serving).is_stopped or is_in_force(app):
        return None
    return _queue(app, serving, created_by, arguments)[1]


def _queue(
    app: App, model: Release, created_by: str, arguments: Arguments | None = None
) -> tuple[Release, Operation]:
    version = next_version(app)
    release = Release.create(
        app=app,
        version=version,
        units=version,
        created_by=created_by,
        **config_of_now(app),
        **_code_of(model),
    )
    known = {"newest_config_version": newest_number(app), "made_of": _made_of(app, model)}
    return release, request.queue(app, CONFIG, created_by, version, {**known, **(arguments or {})})


def take_what_serves(operation: Operation) -> None:
    """To be called when the operation's turn has come: whatever was released since it was asked for stays. Where
    nothing serves (a first deploy failed, perhaps for want of this config), what it was made with is tried again."""
    app, release = operation.app, find.release_of(operation)
    assert app is not None
    serving = find.active_release(app)
    if serving is None:
        return
    code = _code_of(serving)
    code["processes"] = _with_counts(serving.processes, formation_of(operation, app, release))
    Release.update(**code).where(Release.id == release.id).execute()


def cancelled_before(operation: Operation) -> Operation | None:
    """The deploy that a config release was to follow, where that was cancelled and nothing serves: whoever cancelled it
    does not want it brought by what waited behind it."""
    app = operation.app
    assert app is not None
    if find.active_release(app) is not None:
        return None
    followed: Operation | None = Operation.get_or_none(
        (Operation.app == app)
        & (Operation.release_version == _arguments(operation).get("made_of", 0))
        & Operation.cancel_requested
    )
    return followed


def formation_of(operation: Operation, app: App, release: Release) -> Formation:
    """What a config release brings: as many instances as run, and stopped what is stopped and not to be started; of
    one that starts an app by scaling it, what it is scaled to."""
    serving = find.active_release(app)
    if serving is None:
        return of_release(app, release)
    formation, start = stored(app, serving), _arguments(operation).get("start")
    formation = formation if start is None else formation.starting(start["process"])
    return formation.scaled(counts_of(operation))


def counts_of(operation: Operation) -> dict[str, int]:
    """The counts that a config release was asked for with, where that was to scale an app that was stopped: the slot is
    to have them too."""
    return dict(_arguments(operation).get("processes", {}))


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


def _made_of(app: App, model: Release) -> int:
    """The release that the code comes from: of a config release that waits, the one that it was made of."""
    made = Operation.get_or_none(
        (Operation.app == app) & (Operation.release_version == model.version) & (Operation.kind == CONFIG)
    )
    return int(_arguments(made).get("made_of", model.version)) if made is not None else int(model.version)


def _arguments(operation: Operation) -> Arguments:
    # Rows of before have none, nor has a deploy.
    return operation.arguments or {}


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
