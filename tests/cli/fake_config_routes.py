"""What the fake server answers about config, registries and hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.cli.fake_answers import Answer, Problem, accepted
from tests.cli.fake_log import NOW, Json

if TYPE_CHECKING:
    from tests.cli.fake_state import State

_OURS = ("PORT", "PVDIFY_")


def of_config(
    state: State, app: Json, method: str, path: list[str], query: Json, body: Any, tag: str | None
) -> Answer:
    """Answer a request under /apps/{name}/config."""
    config = state.config[app["name"]]
    match method, path:
        case "GET", []:
            return Answer(200, config.shown(), tag=f'"v{config.current}"')
        case "PUT", []:
            if tag is not None and tag.removeprefix("W/") != f'"v{config.current}"':
                raise Problem(412, "precondition_failed", f"The config is v{config.current} by now.")
            return _change(state, app, body)
        case "GET", ["versions"]:
            return Answer(200, config.listed())
        case "GET", ["versions", version]:
            number = int(version.removeprefix("v"))
            if number > len(config.versions):
                raise Problem(404, "config_version_not_found", f"There is no config v{number}.")
            return Answer(200, config.whole(number))
        case "GET", [key]:
            found = config.value(key)
            if found is None:
                raise Problem(404, "config_key_not_found", f"{app['name']} has no config var {key!r}.")
            return Answer(200, found)
    raise Problem(404, "not_found", "There is nothing at this path.")


def _change(state: State, app: Json, body: Json) -> Answer:
    for field in ("config", "secrets"):
        for key, value in (body.get(field) or {}).items():
            if key.startswith(_OURS):
                raise Problem.of_field(f"{field}.{key}", None, "config_key", f"{key} is pvdify's own.")
            if value is not None and len(value.encode()) > 65_536:
                rule = f"It has {len(value.encode())} bytes, and 65536 are the most."
                raise Problem.of_field(f"{field}.{key}", None, "config_value", rule)
    config = state.config[app["name"]]
    changes = config.change(body)
    tag = f'"v{config.current}"'
    answer = {**config.shown(), "changes": changes, "release": None, "operation": None}
    app["config_version"] = config.shown()["version"]
    brought = app["config_version"] == app["running_config_version"]
    if app["release"] is None or brought or not body.get("restart", True):
        return Answer(200, answer, tag=tag)
    release = state.release(app["name"], app["image"], "config")
    location = f"/api/v1/operations/{release['operation']}"
    answer |= {"release": release["version"], "operation": release["operation"]}
    return Answer(202, answer, location, tag)


def of_registries(state: State, method: str, path: list[str], query: Json, body: Any) -> Answer:
    """Answer a request under /registries."""
    match method, path:
        case "GET", []:
            wanted = query.get("app")
            own = [entry["registry"] for entry in state.registries if wanted and entry["app"] == wanted]
            found = [entry for entry in state.registries if wanted in (None, entry["app"])]
            found += [
                entry
                for entry in state.registries
                if wanted and not entry["app"] and entry["registry"] not in own
            ]
            return Answer(200, found)
        case "PUT", [registry]:
            app = body.get("app")
            entry = {"registry": registry, "username": body["username"], "app": app}
            entry |= {"hosts": ["local"], "created_at": NOW, "created_by": "tests"}
            state.registries = [*_others(state, registry, app), entry]
            state.passwords[registry, app] = body["password"]
            return Answer(200, entry)
        case "DELETE", [registry]:
            others = _others(state, registry, query.get("app"))
            if len(others) == len(state.registries):
                raise Problem(404, "credential_not_found", f"There is no credential for {registry}.")
            state.registries = others
            return Answer(204, None)
    raise Problem(404, "not_found", "There is nothing at this path.")


def _others(state: State, registry: str, app: str | None) -> list[Json]:
    return [entry for entry in state.registries if (entry["registry"], entry["app"]) != (registry, app)]


def of_hosts(state: State, method: str, path: list[str]) -> Answer:
    """Answer a request under /hosts."""
    match method, path:
        case "GET", []:
            return Answer(200, state.hosts)
        case "POST", [name, "secrets", "rotate"]:
            host = next((host for host in state.hosts if host["name"] == name), None)
            if host is None:
                raise Problem(404, "host_not_found", f"There is no host {name!r}.")
            if host["recipient"] is None:
                raise Problem(409, "host_without_recipient", f"{name} has no key yet.")
            return accepted(state.operation("rotate", None, None, arguments={"host": name}))
    raise Problem(404, "not_found", "There is nothing at this path.")
