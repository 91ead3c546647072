"""The fake server's tokens, what each of them may do, and its audit log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.cli.fake_answers import Answer, Problem
from tests.cli.fake_log import NOW, Json

SCOPES = ("read", "deploy", "admin")


@dataclass
class Access:
    """Tokens by their names. `texts` is what a real server could not give: the tokens themselves, by name."""

    tokens: dict[str, Json] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    audit: list[Json] = field(default_factory=list)

    def make(
        self,
        name: str,
        scope: str = "admin",
        apps: list[str] | None = None,
        expires_at: str | None = None,
        text: str | None = None,
    ) -> str:
        """Make a token, and give it."""
        entry = {"name": name, "scope": scope, "apps": apps, "status": "active", "expires_at": expires_at}
        entry |= dict.fromkeys(("last_used_at", "revoked_at"))
        self.tokens[name] = {**entry, "created_at": NOW, "created_by": "tests"}
        self.texts[name] = text or f"pvd_of{len(self.texts)}"
        return self.texts[name]

    def end(self, name: str, status: str) -> None:
        """Let a token be `expired` or `revoked`."""
        self.tokens[name]["status"] = status
        if status == "revoked":
            self.tokens[name]["revoked_at"] = NOW

    def caller(self, authorization: str | None) -> Json:
        """Give the token that a request is signed in with."""
        known = (name for name, text in self.texts.items() if authorization == f"Bearer {text}")
        token = self.tokens.get(next(known, ""))
        if token is None:
            raise Problem(401, "unauthenticated", "The token is not known here.")
        if token["status"] != "active":
            raise Problem(401, f"token_{token['status']}", f"The token has {token['status']}.")
        return token

    def check(self, token: Json, method: str, path: list[str]) -> None:
        """Refuse what a token may not do."""
        needed = "read" if method == "GET" else "deploy"
        if path[0] in ("tokens", "audit") or (path[0], method) in (("apps", "POST"), ("registries", "PUT")):
            needed = "deploy" if len(path) > 1 and path[0] == "apps" else "admin"
        if SCOPES.index(token["scope"]) < SCOPES.index(needed):
            detail = f"This needs a token with the scope {needed}; {token['name']} has {token['scope']}."
            raise Problem(403, "forbidden", detail)
        if path[0] == "apps" and len(path) > 1 and not sees(token, path[1]):
            raise Problem(403, "app_forbidden", f"The token {token['name']} is not for the app {path[1]}.")

    def note(self, token: Json, action: str, path: list[str], status: int, name: str | None) -> None:
        """Write a request that was to change something into the audit log."""
        entry = {"id": len(self.audit) + 1, "at": NOW, "who": token["name"], "address": "127.0.0.1"}
        entry |= {"action": action, "app": path[1] if path[0] == "apps" and len(path) > 1 else None}
        entry |= {
            "target": {"name": name} if name else {},
            "status": status,
            "result": "accepted" if status < 400 else "refused",
        }
        self.audit.append({**entry, "operation": None, "request_id": "req-1", "previous": "", "hash": "00"})


def sees(token: Json, app: str) -> bool:
    """Tell whether a token is for an app."""
    return token["apps"] is None or app in token["apps"]


def answer(
    access: Access, token: Json, method: str, path: list[str], query: Json, body: Any
) -> Answer | None:
    """Answer a request about access; None for any other."""
    match method, path:
        case "GET", ["whoami"]:
            names = ("scope", "apps", "expires_at", "last_used_at")
            return Answer(200, {"token": token["name"], **{name: token[name] for name in names}})
        case "GET", ["tokens"]:
            return Answer(200, [access.tokens[name] for name in sorted(access.tokens)])
        case "POST", ["tokens"]:
            return _make(access, body)
        case "DELETE", ["tokens", name]:
            return _revoke(access, name)
        case "GET", ["audit"]:
            app = query.get("app")
            return Answer(200, [entry for entry in reversed(access.audit) if app in (None, entry["app"])])
    return None


def _make(access: Access, body: Json) -> Answer:
    if body["name"] in access.tokens:
        raise Problem(409, "token_exists", f"There is, or was, a token {body['name']}.")
    lifetime = body.get("expires_in", "90d")
    expires_at = {"never": None, "90d": "2099-04-05T10:30:00Z"}.get(lifetime, "2099-01-01T00:00:00Z")
    text = access.make(body["name"], body["scope"], body.get("apps"), expires_at)
    return Answer(201, {**access.tokens[body["name"]], "token": text})


def _revoke(access: Access, name: str) -> Answer:
    if name not in access.tokens:
        raise Problem(404, "token_not_found", f"There is no token {name!r}.")
    others = [entry for entry in access.tokens.values() if entry["name"] != name]
    if not [entry for entry in others if entry["scope"] == "admin" and entry["status"] == "active"]:
        raise Problem(409, "last_admin_token", f"{name} is the last token that may do everything.")
    access.end(name, "revoked")
    return Answer(204, None)
