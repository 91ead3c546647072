"""What a release takes when its turn has come: until then, others may have come before it."""

from __future__ import annotations

from pvdifyd.models import Operation, Release
from pvdifyd.models.operation import CONFIG
from pvdifyd.operations import find
from pvdifyd.operations.config.bringing import takes_config_of_now
from pvdifyd.operations.config.release import take_what_serves
from pvdifyd.operations.config.secrets import config_of_now
from pvdifyd.operations.rollback import with_config_of_now


def take(operation: Operation) -> None:
    """Make the release what it shall be, by the rows as they are now. To be called once, when the operation begins:
    what has been brought to a host in part must not become something else. Inside a transaction."""
    if operation.kind == CONFIG:
        take_what_serves(operation)
    elif takes_config_of_now(operation):
        _take_config_of_now(operation)


def _take_config_of_now(operation: Operation) -> None:
    app, release = operation.app, find.release_of(operation)
    assert app is not None
    if release.rollback_of is None:
        config = config_of_now(app)
    else:
        config = with_config_of_now(app, find.release(app, release.rollback_of), release.version)
    Release.update(**config).where(Release.id == release.id).execute()
