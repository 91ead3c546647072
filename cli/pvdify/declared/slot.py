"""The fields of a slot's definition, and what stands for those that a file leaves out.

The server has the same defaults (a test compares them); here they are known too, so that differences can be shown
before anything is sent.
"""

from __future__ import annotations

import re
from typing import Any

from pvdify.arguments.domain_name import canonical

Json = dict[str, Any]

# The order in which they are shown and written.
FIELDS = (
    "name",
    "environment",
    "host",
    "image",
    "processes",
    "bind_port",
    "container_port",
    "domains",
    "resources",
    "healthcheck",
)
_PARTS = ("command", "count", "overlap", "memory", "cpu", "path", "interval", "timeout", "retries")

RESOURCES: dict[str, Json] = {
    "production": {"memory": "512M", "cpu": 0.5},
    "staging": {"memory": "256M", "cpu": 0.25},
    "preview": {"memory": "128M", "cpu": 0.1},
}
HEALTHCHECK: Json = {"interval": "30s", "timeout": "5s", "retries": 3}
PROCESSES: Json = {"web": {}}

# What is there before an app is, so that each process type and limit of a new one is a difference of its own.
NOTHING: Json = {**dict.fromkeys(FIELDS), "processes": {}, "resources": {}}

# Types whose old and new instances don't run side by side, unless it is said.
_ALONE = ("scheduler",)
_PREVIEW = re.compile(r".+-pr-[0-9]+", re.ASCII)


def of_app(app: Json) -> Json:
    """Give the definition of an app as the server shows it, without what it has not."""
    return _tidy(
        {**app, "processes": _each_process(app.get("processes")), "domains": _domains(app.get("domains"))}
    )


def settled(definition: Json, app: Json | None) -> Json:
    """Give a definition with nothing left out, but for what the server chooses for a new app: its host and port.

    Args:
        definition: What a file says. Values of a wrong kind stay as they are, for the server to refuse.
        app: The app as it is, None where there is none; its host, port and domains stay where the file names none.
    """
    environment = environment_of(str(definition.get("name")))
    kept = {name: (app or {}).get(name) for name in ("host", "bind_port", "domains")}
    filled = {"environment": environment, "processes": PROCESSES, "resources": {}, **kept, **definition}
    filled["processes"] = _each_process(filled["processes"])
    filled["domains"] = _domains(filled["domains"])
    filled["resources"] = _over(RESOURCES[environment], filled["resources"])
    filled["healthcheck"] = _over(HEALTHCHECK, filled.get("healthcheck"))
    return _tidy(filled)


def environment_of(name: str) -> str:
    """Give the environment that an app's name tells by its suffix."""
    if name.endswith("-staging"):
        return "staging"
    return "preview" if _PREVIEW.fullmatch(name) else "production"


def process_defaults(name: str) -> Json:
    """Give what a process type has where nothing is said of it; without a command it runs the image's own."""
    return {"count": 1, "overlap": name not in _ALONE}


def _domains(domains: Any) -> Any:
    """Give domains as the server shows them; None where there are none."""
    if not isinstance(domains, list) or not all(isinstance(name, str) for name in domains):
        return domains
    return sorted({canonical(name) for name in domains}) or None


def _each_process(processes: Any) -> Any:
    if not isinstance(processes, dict):
        return processes
    # web first, whatever order they come in.
    types = sorted(processes, key=lambda name: (name != "web", name))
    return {name: _process(name, processes[name]) for name in types}


def _process(name: str, given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    return _tidy_part({**process_defaults(name), **given, "command": given.get("command") or None})


def _over(defaults: Json, given: Any) -> Any:
    return {**defaults, **given} if isinstance(given, dict) else given


def _tidy(fields: Json) -> Json:
    """Give the fields of a slot in their order, without those that have no value."""
    return {name: _tidy_part(fields[name]) for name in FIELDS if fields.get(name) is not None}


def _tidy_part(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    names = [*(name for name in _PARTS if name in value), *(name for name in value if name not in _PARTS)]
    return {name: value[name] for name in names if value[name] is not None}
