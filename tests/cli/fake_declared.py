"""What the fake server answers about the whole of a slot: read with its tag, declared, and filled with defaults."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from tests.cli import fake_domains
from tests.cli.fake_answers import Answer, Problem
from tests.cli.fake_log import Json

if TYPE_CHECKING:
    from tests.cli.fake_state import State


def shown(app: Json) -> Answer:
    """Give an app with its tag."""
    content = json.dumps(app, sort_keys=True).encode()
    return Answer(200, app, tag=f'"{hashlib.sha256(content).hexdigest()[:8]}"')


def declare(state: State, name: str, body: Json, tag: str | None) -> Answer:
    """Make a slot match its definition; `tag` is the If-Match, or the * of an If-None-Match."""
    app = state.apps.get(name)
    if tag is not None and tag != ("*" if app is None else shown(app).tag):
        raise Problem(
            412, "precondition_failed", f"{name} is not as it was when this change was made for it."
        )
    _check(body)
    moved = fake_domains.match(state, name, body["domains"]) if "domains" in body else None
    if app is None:
        return Answer(201, state.create(_filled(body, {})), f"/api/v1/apps/{name}")
    wanted = _filled(body, app)
    limits = wanted.pop("resources")
    app.update(wanted)
    under_way = any(
        (operation["app"], operation["kind"], operation["status"]) == (name, "resources", "running")
        for operation in state.operations
    )
    if limits == app["resources"] and not under_way:
        return shown(app) if moved is None else Answer(202, app, f"/api/v1/operations/{moved['id']}")
    if app["release"] is None:
        app["resources"] = limits
        return shown(app)
    before = dict(app)
    operation = state.operation("resources", name, None, app["image"] or "", {"resources": limits})
    if operation["status"] == "succeeded":
        app["resources"] = limits
    return Answer(202, before, f"/api/v1/operations/{operation['id']}")


def _check(body: Json) -> None:
    for name, process in body.get("processes", {}).items():
        if not isinstance(process.get("count", 1), int):
            message = f'"{process["count"]}" must be a whole number from 0 to 100.'
            raise Problem.of_field(f"processes.{name}.count", process["count"], "whole_number", message)


def _filled(body: Json, app: Json) -> Json:
    name = body["name"]
    environment = "staging" if name.endswith("-staging") else "preview" if "-pr-" in name else "production"
    memory, cpu = {"production": ("512M", 0.5), "staging": ("256M", 0.25), "preview": ("128M", 0.1)}[
        environment
    ]
    check: Any = body.get("healthcheck")
    stays = {field: app[field] for field in ("host", "bind_port", "domains") if field in app}
    return {
        "image": None,
        "container_port": None,
        **stays,
        **body,
        "environment": environment,
        "processes": {
            process: {"command": None, "count": 1, "overlap": process != "scheduler", **given}
            for process, given in body.get("processes", {"web": {}}).items()
        },
        "resources": {"memory": memory, "cpu": cpu, **body.get("resources", {})},
        "healthcheck": check and {"interval": "30s", "timeout": "5s", "retries": 3, **check},
    }
