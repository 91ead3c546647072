"""What an app's stored config becomes when a release of it ends: a rollback brings its own back, a failure leaves it
where it is and says so."""

from __future__ import annotations

from typing import Any

from pvdifyd import clock
from pvdifyd.models import App, Operation, Release
from pvdifyd.models.operation import CONFIG
from pvdifyd.operations import find
from pvdifyd.operations.config.versions import label


def bring_back(app: App, release: Release, arguments: dict[str, Any]) -> None:
    """The rollback to this release succeeded: its config is the app's again, unless somebody has changed that since the
    rollback was asked for, or it was asked for the code alone. To be called inside a transaction."""
    if "config_version_before" not in arguments:
        return
    before = arguments["config_version_before"]
    unchanged = App.config_version.is_null() if before is None else App.config_version == before
    App.update(config_version=release.config_version, updated_at=clock.now()).where(
        (App.id == app.id) & unchanged
    ).execute()


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
