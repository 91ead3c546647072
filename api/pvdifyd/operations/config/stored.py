"""What an app's stored config becomes when a release of it ends: one that was asked for with a config of its own makes
that the app's, a failure leaves it where it is and says so."""

from __future__ import annotations

from typing import Any

from pvdifyd import clock
from pvdifyd.models import App, Operation, Release
from pvdifyd.models.operation import CONFIG
from pvdifyd.models.release import ACTIVE, SUPERSEDED
from pvdifyd.operations import events, find
from pvdifyd.operations.config.versions import label, newest_number


def take_over_config(operation: Operation, release: Release) -> None:
    """The operation brought this release: its config is the app's, too. That can be another one only after a rollback,
    or after a config release that had to wait for one; and somebody who has made a newer config since either was asked
    for is not overruled. To be called inside a transaction."""
    app = App.get_by_id(operation.app_id)
    known = (operation.arguments or {}).get("newest_config_version")
    if known != newest_number(app) or app.config_version == release.config_version:
        return
    left, app.config_version, app.updated_at = app.config_version, release.config_version, clock.now()
    app.save()
    if left is not None and not _was_released(app, left):
        events.note(
            operation,
            f"{label(left)}, stored and never released, is no longer the current config; `pvdify config:versions "
            f"{app.name}` has it.",
        )


def stored_beside(app: App, serving: Release) -> str | None:
    """What to know of a config that is stored where the one of this release is started; None where that is the same."""
    if app.config_version == serving.config_version:
        return None
    runs, stored = (label(one) or "no config" for one in (serving.config_version, app.config_version))
    return (
        f"It starts with {runs}, and {stored} is stored. To bring that, deploy, or set a key to what it is: `pvdify "
        f"config:set {app.name} KEY=value`."
    )


def _was_released(app: App, version: int) -> bool:
    with_it = (Release.app == app) & (Release.config_version == version)
    return bool(Release.select().where(with_it & Release.status.in_((ACTIVE, SUPERSEDED))).exists())


def with_way_out(operation: Operation, reason: dict[str, Any]) -> dict[str, Any]:
    """The reason that a config release failed or was cancelled for, with what to do about the config itself; of other
    operations the reason as it is."""
    if operation.kind != CONFIG or operation.app_id is None:
        return reason
    app = App.get_by_id(operation.app_id)
    version = find.release_of(operation).config_version
    # One that was followed by another needs no way out, nor does one of an app that goes.
    if app.removing or app.config_version != version:
        return reason
    said = f"{reason['next_step']} " if reason.get("next_step") else ""
    return {**reason, "next_step": said + _way_out(app, version)}


def _way_out(app: App, version: int | None) -> str:
    serving = find.active_release(app)
    before = label(serving.config_version) if serving is not None else None
    look = (
        f" `pvdify config:diff {app.name} {before} {label(version)}` shows what it changed." if before else ""
    )
    return (
        f"{label(version)} stays stored, and the next deploy takes it.{look} To go back, set those keys to what they "
        f"were: `pvdify config:set {app.name} KEY=value`."
    )
