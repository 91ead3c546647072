"""What the fake server answers about domains, and about what brings requests to hosts.

Names decide: one with `refused` in it is refused, one with `fails` fails, one with `slow` stays on its way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.cli.fake_answers import Answer, Problem, accepted
from tests.cli.fake_log import NOW, Json

if TYPE_CHECKING:
    from tests.cli.fake_state import State

REASON: Json = {
    "code": "record_exists",
    "message": "There is a record of somebody else's: A 192.0.2.7\x1b[2J.",
    "phase": "dns",
    "next_step": "Add it with --force.",
}
NO_EDGE: Json = {
    "kind": "none",
    "ready": True,
    "operation": None,
    "cloudflare": None,
    "caddy": None,
    "secrets": [],
    "updated_at": None,
    "updated_by": None,
}


@dataclass
class Domains:
    """by_app: each app's domains by name; edges and tunnels by host; given: the bodies that set edges."""

    by_app: dict[str, dict[str, Json]] = field(default_factory=dict)
    edges: dict[str, Json] = field(default_factory=dict)
    tunnels: dict[str, Json] = field(default_factory=dict)
    given: list[Json] = field(default_factory=list)

    def of(self, app: str) -> dict[str, Json]:
        return self.by_app.setdefault(app, {})

    def put(self, app: str, name: str, *, force: bool = False) -> None:
        """Let a domain be as it is once its operation has ended."""
        failed = "fails" in name and not force
        status = "pending" if "slow" in name else "failed" if failed else "active"
        self.of(app)[name] = {
            "domain": name,
            "app": app,
            "host": "local",
            "edge": "cloudflare",
            "status": status,
            "reason": REASON if failed else None,
            "force": force,
            "zone": None if failed else "example.com",
            "zone_id": None if failed else "z1",
            "record_id": None if failed else "r1",
            "created_at": NOW,
            "created_by": "tests",
            "updated_at": NOW,
        }


def of_app(state: State, app: str, method: str, path: list[str], body: Any) -> Answer:
    """Answer a request under /apps/{name}/domains."""
    domains = state.domains.of(app)
    match method, path:
        case "GET", []:
            return Answer(200, [domains[name] for name in sorted(domains)])
        case "POST", []:
            return _add(state, app, body)
        case "DELETE", []:
            names = sorted(domains)
            domains.clear()
            return accepted(_operation(state, app, names))
        case "GET", [name]:
            return Answer(200, _found(domains, app, name))
        case "DELETE", [name]:
            _found(domains, app, name)
            operation = _operation(state, app, [name])
            if operation["status"] == "succeeded":
                del domains[name.lower()]
            return accepted(operation)
    raise Problem(404, "not_found", "There is nothing at this path.")


def match(state: State, app: str, names: list[str]) -> Json:
    """Let an app have these domains, and give the operation of that."""
    state.domains.of(app).clear()
    for name in names:
        state.domains.put(app, name)
    return _operation(state, app, names)


def of_host(state: State, host: str, method: str, path: list[str], body: Any) -> Answer:
    """Answer a request for a host's edge or tunnel."""
    edge = state.domains.edges.get(host, NO_EDGE)
    match method, path:
        case "GET", ["edge"]:
            return Answer(200, {"host": host, **edge})
        case "PUT", ["edge"]:
            state.domains.given.append(body)
            return accepted(state.operation("edge", None, None, arguments={"host": host}))
        case "GET", ["tunnel"]:
            tunnel = state.domains.tunnels.get(host)
            if tunnel is None:
                raise Problem(503, "host_unreachable", f"The host {host} can't be read: connection refused")
            return Answer(200, {"host": host, **tunnel})
    raise Problem(404, "not_found", "There is nothing at this path.")


def _add(state: State, app: str, body: Json) -> Answer:
    name = body["domain"].lower()
    if "refused" in name:
        message = f'"{name}" can\'t be a domain: it is none.'
        raise Problem.of_field("domain", name, "domain_name", message)
    state.domains.put(app, name, force=body["force"])
    return accepted(_operation(state, app, [name], failed=state.domains.of(app)[name]["status"] == "failed"))


def _found(domains: dict[str, Json], app: str, name: str) -> Json:
    found = domains.get(name.lower())
    if found is None:
        raise Problem(404, "domain_not_found", f"{app} has no domain {name}.")
    return found


def _operation(state: State, app: str, names: list[str], *, failed: bool = False) -> Json:
    operation = state.operation("domains", app, None, arguments={"domains": names})
    if failed:
        operation |= {"status": "failed", "error": REASON}
        state.events[operation["id"]][-1]["status"] = "failed"
    return operation
