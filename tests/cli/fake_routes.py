"""What the fake server answers to a request that is no stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.cli import fake_access, fake_config_routes, fake_declared, fake_domains
from tests.cli.fake_answers import Answer, Problem, accepted
from tests.cli.fake_state import Json

if TYPE_CHECKING:
    from tests.cli.fake_state import State


class Routes:
    """The routes of the API that the CLI uses, on a state."""

    def __init__(self, state: State) -> None:
        self.state = state

    def answer(
        self, token: Json, method: str, path: list[str], query: dict[str, str], body: Any, tag: str | None
    ) -> Answer:
        """Answer a request, or raise the problem that it has; `tag` is its If-Match, or If-None-Match."""
        state = self.state
        answered = fake_access.answer(state.access, token, method, path, query, body)
        if answered is not None:
            return answered
        match method, path:
            case "GET", ["apps"]:
                return Answer(200, [app for name, app in state.apps.items() if fake_access.sees(token, name)])
            case "POST", ["apps"]:
                if body["name"] in state.apps:
                    raise Problem(409, "app_exists", "There is an app of this name.")
                return Answer(201, state.create(body))
            case "GET", ["apps", name]:
                return fake_declared.shown(self.app(name))
            case "PUT", ["apps", name]:
                return fake_declared.declare(state, name, body, tag)
            case "GET", ["operations"]:
                wanted = {name: value for name, value in query.items() if name in ("app", "status")}
                found = [
                    operation
                    for operation in reversed(state.operations)
                    if all(operation[name] == value for name, value in wanted.items())
                ]
                return Answer(200, found)
            case "GET", ["operations", number]:
                return Answer(200, self.operation(number))
            case "GET", ["operations", number, "events"]:
                return Answer(200, state.events[self.operation(number)["id"]])
            case "POST", ["operations", number, "cancel"]:
                return self._cancel(self.operation(number))
            case _, ["apps", name, "config", *rest]:
                return fake_config_routes.of_config(state, self.app(name), method, rest, query, body, tag)
            case _, ["registries", *rest]:
                return fake_config_routes.of_registries(state, method, rest, query, body)
            case _, ["hosts", name, ("edge" | "tunnel") as what]:
                return fake_domains.of_host(state, name, method, [what], body)
            case _, ["apps", name, "domains", *rest]:
                return fake_domains.of_app(state, self.app(name)["name"], method, rest, body)
            case _, ["hosts", *rest]:
                return fake_config_routes.of_hosts(state, method, rest)
            case _, ["apps", name, *rest]:
                return self._of_app(method, self.app(name), rest, query, body)
        raise Problem(404, "not_found", "There is nothing at this path.")

    def _of_app(self, method: str, app: Json, path: list[str], query: dict[str, str], body: Any) -> Answer:
        state, name = self.state, app["name"]
        match method, path:
            case "PATCH", []:
                return self._change(app, body)
            case "DELETE", []:
                return accepted(state.operation("destroy", name, None, app["image"] or ""))
            case "GET", ["ps"]:
                return Answer(200, state.instances)
            case "POST", ["ps", verb]:
                return self._handle(app, verb, body)
            case "GET", ["logs"]:
                return Answer(200, state.log.last(query))
            case "GET", ["releases"]:
                return Answer(200, list(reversed(state.releases[name])))
            case "POST", ["releases"]:
                image = body.get("image") or app["image"]
                if image is None:
                    raise Problem(409, "no_image", "The app has no image yet.")
                return Answer(202, state.release(name, image))
            case "GET", ["releases", version]:
                return Answer(200, self._release(name, int(version)))
            case "POST", ["rollback"]:
                target = body.get("version") or len(state.releases[name]) - 1
                if target < 1:
                    raise Problem(409, "nothing_to_roll_back", "No earlier release was live.")
                before = self._release(name, target)
                config = None if body.get("code_only") else before
                return Answer(202, state.release(name, before["image"], "rollback", target, config))
        raise Problem(404, "not_found", "There is nothing at this path.")

    def _change(self, app: Json, body: Json) -> Answer:
        limits = body.get("resources")
        app.update({name: value for name, value in body.items() if name != "resources"})
        if limits is None:
            return Answer(200, app)
        if limits.get("memory") == "lots":
            message = "It must be a whole number with M or G, as in 512M."
            raise Problem.of_field("resources.memory", "lots", "memory", message)
        if app["release"] is None:
            app["resources"] = {**app["resources"], **limits}
            return Answer(200, app)
        before = dict(app)
        operation = self.state.operation("resources", app["name"], None, app["image"], {"resources": limits})
        if operation["status"] == "succeeded":
            app["resources"] = {**app["resources"], **limits}
        return Answer(202, before, f"/api/v1/operations/{operation['id']}")

    def _handle(self, app: Json, verb: str, body: Json) -> Answer:
        if app["release"] is None:
            raise Problem(409, "not_deployed", f"No release of {app['name']} serves yet.")
        named = body.get("processes") or ([body["process"]] if "process" in body else [])
        for process in named:
            if process not in app["processes"]:
                message = f"The app's process types are {', '.join(app['processes'])}."
                raise Problem.of_field("process", process, "known_process", message)
        operation = self.state.operation(verb, app["name"], None, app["image"], body)
        if operation["status"] == "succeeded":
            self.state.handled(app, verb, body)
        return accepted(operation)

    def _cancel(self, operation: Json) -> Answer:
        if operation["finished_at"] is not None:
            raise Problem(409, "operation_ended", f"Operation {operation['id']} has ended.")
        if operation["id"] in self.state.switched:
            raise Problem(409, "not_cancellable", "The switch has begun: it can't be taken back any more.")
        asked = {**operation, "cancel_requested": True}
        self.state.cancel(operation)
        return accepted(asked)

    def app(self, name: str) -> Json:
        """Give an app, or raise its problem."""
        if name not in self.state.apps:
            raise Problem(404, "app_not_found", f"There is no app {name!r}.")
        return self.state.apps[name]

    def operation(self, number: str) -> Json:
        """Give an operation, or raise its problem."""
        operations = self.state.operations
        if not number.isdigit() or not 0 < int(number) <= len(operations):
            raise Problem(404, "operation_not_found", f"There is no operation {number}.")
        return operations[int(number) - 1]

    def _release(self, app: str, version: int) -> Json:
        releases = self.state.releases[app]
        if not 0 < version <= len(releases):
            raise Problem(404, "release_not_found", f"{app} has no release {version}.")
        return releases[version - 1]
