"""Which release a line's units stand for, asked of the database now and then."""

from __future__ import annotations

import time

from pvdifyd.models import close
from pvdifyd.operations.units import releases_by_units

# Seconds an answer holds: a release that begins or a rollback is seen that soon.
LIFETIME = 1.0


class Releases:
    """The releases of one app. For one thread at a time."""

    def __init__(self, app: str) -> None:
        self._app = app
        self._known: dict[int, int] | None = {}
        self._asked = -LIFETIME

    def exist(self) -> bool:
        """Whether the app is still there."""
        self._ask_again(LIFETIME)
        return self._known is not None

    def of(self, units: int) -> int:
        """The release that these units run, or their own number where no row tells."""
        self._ask_again(LIFETIME if units in (self._known or {}) else LIFETIME / 10)
        return (self._known or {}).get(units, units)

    def _ask_again(self, lifetime: float) -> None:
        now = time.monotonic()
        if now - self._asked < lifetime:
            return
        try:
            self._known = releases_by_units(self._app)
        finally:
            # Threads here come and go, and must not leave their connections behind.
            close()
        self._asked = now
