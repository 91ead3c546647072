"""Answers one connection of the fake server."""

from __future__ import annotations

import json
import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.cli.fake_faults import Request
from tests.cli.fake_state import Json

if TYPE_CHECKING:
    from tests.cli.fake_server import FakeServer


class Problem(Exception):
    """An answer of application/problem+json."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.document = {"type": "about:blank", "title": code, "status": status, "detail": detail}
        self.document |= {"code": code, "request_id": "req-1", **more}


class Handler(BaseHTTPRequestHandler):
    """The routes of the API that the CLI uses."""

    protocol_version = "HTTP/1.1"
    server: FakeServer

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - http.server looks for these names

    def log_message(self, format: str, *args: Any) -> None:
        """Tests look at `requests` instead."""

    def _handle(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        query = dict(parse_qsl(url.query))
        path = url.path.removeprefix("/api/v1")
        self.server.requests.append(Request(self.command, path, query, dict(self.headers.items()), body))
        faults = self.server.faults
        if faults.silent:
            self.server.stopped.wait(30)
            return
        if (self.command, path) in faults.answers:
            status, kind, text = faults.answers[self.command, path]
            self._send(status, text.encode(), kind, Location=faults.location)
            return
        try:
            if self.headers.get("Authorization") != f"Bearer {self.server.token}":
                raise Problem(401, "unauthenticated", "The token is not valid.")
            if path.endswith("/events") and self.headers.get("Accept") != "application/json":
                self._stream(int(path.split("/")[2]))
                return
            status, answer = self._answered_once(path, query, body)
        except Problem as problem:
            status, answer = problem.status, problem.document
        if faults.lost_answers:
            faults.lost_answers -= 1
            self._cut()
            return
        self._send_json(status, answer, query)

    def _answered_once(self, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        key = self.headers.get("Idempotency-Key")
        if self.command in ("POST", "DELETE") and not key:
            raise Problem(400, "no_key", "What must not be done twice carries an Idempotency-Key.")
        if key and key in self.server.answers_by_key:
            return self.server.answers_by_key[key]
        answer = self._route(self.command, path.strip("/").split("/"), query, body)
        if key:
            self.server.answers_by_key[key] = answer
        return answer

    def _route(self, method: str, path: list[str], query: dict[str, str], body: Any) -> tuple[int, Any]:
        state = self.server.state
        match method, path:
            case "GET", ["apps"]:
                return 200, list(state.apps.values())
            case "POST", ["apps"]:
                if body["name"] in state.apps:
                    raise Problem(409, "app_exists", "There is an app of this name.")
                return 201, state.create(body)
            case "GET", ["operations"]:
                wanted = {name: value for name, value in query.items() if name in ("app", "status")}
                return 200, [
                    operation
                    for operation in reversed(state.operations)
                    if all(operation[name] == value for name, value in wanted.items())
                ]
            case "GET", ["operations", number]:
                return 200, self._operation(number)
            case "GET", ["operations", number, "events"]:
                return 200, state.events[self._operation(number)["id"]]
            case _, ["apps", name, *rest]:
                return self._app_route(method, self._app(name), rest, body)
        raise Problem(404, "not_found", "There is nothing at this path.")

    def _app_route(self, method: str, app: Json, path: list[str], body: Any) -> tuple[int, Any]:
        state, name = self.server.state, app["name"]
        match method, path:
            case "GET", []:
                return 200, app
            case "PATCH", []:
                app.update(body)
                return 200, app
            case "DELETE", []:
                return 202, state.operation("destroy", name, None, app["image"] or "")
            case "GET", ["ps"]:
                return 200, state.instances
            case "GET", ["releases"]:
                return 200, list(reversed(state.releases[name]))
            case "POST", ["releases"]:
                image = body.get("image") or app["image"]
                if image is None:
                    raise Problem(409, "no_image", "The app has no image yet.")
                return 202, state.release(name, image)
            case "GET", ["releases", version]:
                return 200, self._release(name, int(version))
            case "POST", ["rollback"]:
                target = body.get("version") or len(state.releases[name]) - 1
                if target < 1:
                    raise Problem(409, "nothing_to_roll_back", "No earlier release was live.")
                image = self._release(name, target)["image"]
                return 202, state.release(name, image, "rollback", target)
        raise Problem(404, "not_found", "There is nothing at this path.")

    def _app(self, name: str) -> Json:
        if name not in self.server.state.apps:
            raise Problem(404, "app_not_found", f"There is no app {name!r}.")
        return self.server.state.apps[name]

    def _release(self, app: str, version: int) -> Json:
        releases = self.server.state.releases[app]
        if not 0 < version <= len(releases):
            raise Problem(404, "release_not_found", f"{app} has no release {version}.")
        return releases[version - 1]

    def _operation(self, number: str) -> Json:
        operations = self.server.state.operations
        if not number.isdigit() or not 0 < int(number) <= len(operations):
            raise Problem(404, "operation_not_found", f"There is no operation {number}.")
        return operations[int(number) - 1]

    def _stream(self, number: int) -> None:
        if self.server.faults.no_streams:
            raise Problem(503, "too_many_streams", "Too many streams are open.")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b": hello\n\n")
        self.wfile.flush()
        self.server.faults.on_stream()
        after = int(self.headers.get("Last-Event-ID") or 0)
        events = [event for event in self.server.state.events[number] if event["id"] > after]
        for sent, event in enumerate(events):
            if sent == self.server.faults.events_per_stream:
                self._cut()
                return
            text = f"id: {event['id']}\nevent: {event['type']}\ndata: {json.dumps(event)}\n\n"
            self.wfile.write(text.encode())
            self.wfile.flush()
        while self._operation(str(number))["status"] == "running" and not self.server.stopped.is_set():
            time.sleep(0.02)
        self.close_connection = True

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send_json(self, status: int, answer: Any, query: dict[str, str]) -> None:
        headers = {}
        if isinstance(answer, list) and "page" in query:
            page, size = int(query["page"]), int(query["page_size"])
            pages = -(-len(answer) // size)
            headers["X_Pagination"] = json.dumps({"total": len(answer), "total_pages": pages, "page": page})
            answer = answer[(page - 1) * size : page * size]
        kind = "application/json" if status < 400 else "application/problem+json"
        self._send(status, json.dumps(answer).encode(), kind, **headers)

    def _send(self, status: int, content: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)
