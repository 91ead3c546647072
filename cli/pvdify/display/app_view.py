"""An app as people see it."""

from __future__ import annotations

from typing import Any

from pvdify.arguments import processes
from pvdify.display.output import print_fields
from pvdify.display.text import moment


def print_app(app: dict[str, Any]) -> None:
    """Print an app, a field to a line."""
    print_fields(
        [
            ("app", app.get("name")),
            ("environment", app.get("environment")),
            ("status", app.get("status")),
            ("release", app.get("release")),
            ("image", app.get("image")),
            ("config", app.get("config_version")),
            ("running config", app.get("running_config_version")),
            ("host", app.get("host")),
            ("bind port", app.get("bind_port")),
            ("container port", app.get("container_port") or "the image's"),
            ("domains", app.get("domains")),
            ("processes", processes.shown(app.get("processes"))),
            ("stopped", app.get("stopped")),
            ("no overlap", processes.without_overlap(app.get("processes"))),
            ("resources", app.get("resources")),
            ("health check", app.get("healthcheck") or "TCP connect"),
            ("created", moment(app.get("created_at"))),
            ("updated", moment(app.get("updated_at"))),
        ]
    )
