"""Finding rows by what people call them."""

from __future__ import annotations

from pvdifyd.errors import NotFoundError, app_not_found, shown
from pvdifyd.models import App, Operation, Release, connected
from pvdifyd.models.release import ACTIVE

# SQLite's integers end here; nothing of ours has such a number.
LARGEST_NUMBER = 2**63 - 1


def app(name: str) -> App:
    """The app; raises NotFoundError(app_not_found)."""
    connected()
    found = App.get_or_none(App.name == name)
    if found is None:
        raise app_not_found(name)
    return found


def release(of: App, version: int) -> Release:
    """The app's release; raises NotFoundError(release_not_found)."""
    found = None
    if 0 < version <= LARGEST_NUMBER:
        found = Release.get_or_none((Release.app == of) & (Release.version == version))
    if found is None:
        raise NotFoundError(
            f"{of.name} has no release {shown(version)}. List its releases: `pvdify releases {of.name}`.",
            code="release_not_found",
        )
    return found


def newest_release(of: App) -> Release | None:
    """The app's newest release, whatever became of it."""
    newest: Release | None = (
        Release.select().where(Release.app == of).order_by(Release.version.desc()).first()
    )
    return newest


def active_release(of: App) -> Release | None:
    """The release that serves now, or None."""
    return Release.get_or_none((Release.app == of) & (Release.status == ACTIVE))


def release_of(operation: Operation) -> Release:
    """The release that a deploy or a rollback is for."""
    assert operation.app is not None
    assert operation.release_version is not None
    return release(operation.app, operation.release_version)


def operation(number: int) -> Operation:
    """The operation; raises NotFoundError(operation_not_found)."""
    connected()
    found = Operation.get_or_none(Operation.id == number) if 0 < number <= LARGEST_NUMBER else None
    if found is None:
        raise NotFoundError(
            f"There is no operation {shown(number)}. List the operations: `pvdify operations`.",
            code="operation_not_found",
        )
    return found
