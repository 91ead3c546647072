"""gunicorn's own lines: written as all of pvdifyd's."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger


class ServerLog(Logger):  # type: ignore[misc]
    """Hands all to Python's logging, where gunicorn would write in a form of its own."""

    def setup(self, cfg: Any) -> None:
        """Leave no handler but the process's."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True
