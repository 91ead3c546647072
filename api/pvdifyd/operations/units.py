"""Which release the units on a host stand for."""

from __future__ import annotations

from pvdifyd.models import App, Release, connected
from pvdifyd.models.release import ACTIVE, DEPLOYING, SUPERSEDED


def releases_by_units(app_name: str) -> dict[int, int] | None:
    """The newest release that each number of units ran, as `ps` shows it; None where there is no such app.

    After a rollback to release 41 as release 45, the units are those of 41, and what serves is 45.
    """
    connected()
    app = App.get_or_none(App.name == app_name)
    if app is None:
        return None
    ran = Release.status.in_((ACTIVE, SUPERSEDED, DEPLOYING))
    rows = Release.select(Release.units, Release.version).where((Release.app == app) & ran)
    return {row.units: row.version for row in rows.order_by(Release.version)}
