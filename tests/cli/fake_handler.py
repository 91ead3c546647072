"""Answers one connection of the fake server."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.cli import fake_streams
from tests.cli.fake_answers import Answer, Problem
from tests.cli.fake_faults import Json, Request

if TYPE_CHECKING:
    from tests.cli.fake_server import FakeServer


class Handler(BaseHTTPRequestHandler):
    """One connection: its requests, and the faults that they meet."""

    protocol_version = "HTTP/1.1"
    server: FakeServer

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - http.server looks for these names

    def log_message(self, format: str, *args: Any) -> None:
        """Tests look at `requests` instead."""

    def _handle(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        query = dict(parse_qsl(url.query))
        path = url.path.removeprefix("/api/v1")
        segments = [unquote(segment) for segment in path.strip("/").split("/")]
        self.server.requests.append(Request(self.command, path, query, dict(self.headers.items()), body))
        faults = self.server.faults
        faults.before_answer()
        if faults.silent or path == faults.never_answered:
            self.server.stopped.wait(30)
            return
        if (self.command, path) in faults.answers:
            status, kind, text = faults.answers[self.command, path]
            self._send(status, text.encode(), kind, Location=faults.location, Retry_After=faults.retry_after)
            return
        try:
            if path == "/health":
                self._send_json(Answer(200, {"status": "ok"}), query)
                return
            token = self.server.state.access.caller(self.headers.get("Authorization"))
            self.server.state.access.check(token, self.command, segments)
            pieces = self._pieces(segments, query)
            if pieces is not None:
                self._stream(pieces)
                return
            answer = self._answered_once(token, segments, query, body)
        except Problem as problem:
            answer = Answer(problem.status, problem.document)
        if faults.lost_answers:
            faults.lost_answers -= 1
            self._cut()
            return
        self._send_json(answer, query)

    def _answered_once(self, token: Json, path: list[str], query: dict[str, str], body: Any) -> Answer:
        key = self.headers.get("Idempotency-Key")
        if self.command in ("POST", "PUT", "DELETE") and not key:
            raise Problem(400, "no_key", "What must not be done twice carries an Idempotency-Key.")
        if key and key in self.server.answers_by_key:
            return self.server.answers_by_key[key]
        if self.command == "PUT":
            meanwhile, self.server.faults.before_put = self.server.faults.before_put, lambda: None
            meanwhile()
        tag = self.headers.get("If-Match") or self.headers.get("If-None-Match")
        answer = self.server.routes.answer(token, self.command, path, query, body, tag)
        if self.command != "GET":
            action, name = f"{self.command} /api/v1/{'/'.join(path)}", (body or {}).get("name")
            self.server.state.access.note(token, action, path, answer.status, name)
        # An answer with a token in it is kept nowhere.
        if key and path != ["tokens"]:
            self.server.answers_by_key[key] = answer
        return answer

    def _pieces(self, path: list[str], query: dict[str, str]) -> Iterator[bytes] | None:
        """Give the stream that is asked for; None where none is."""
        if self.headers.get("Accept") == "application/json":
            return None
        last_id, routes = self.headers.get("Last-Event-ID"), self.server.routes
        match path:
            case ["operations", number, "events"]:
                return fake_streams.events(self.server, routes.operation(number), last_id)
            case ["apps", name, "logs"] if query.get("follow") == "true":
                return fake_streams.log(self.server, routes.app(name)["name"], query, last_id)
        return None

    def _stream(self, pieces: Iterator[bytes]) -> None:
        """Send a stream, each piece as a chunk of HTTP/1.1; or without chunks, as some proxies do."""
        faults = self.server.faults
        if faults.no_streams:
            raise Problem(503, "too_many_streams", "Too many streams are open.")
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        if not faults.no_chunks:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._send_piece(b": hello\n\n")
        faults.on_stream()
        for sent, piece in enumerate(pieces):
            if sent == faults.pieces_per_stream:
                self._send_piece(piece[: len(piece) // 2])
                self._cut()
                return
            self._send_piece(piece)
        self._send_piece(b"")

    def _send_piece(self, piece: bytes) -> None:
        chunk = piece if self.server.faults.no_chunks else b"%x\r\n%s\r\n" % (len(piece), piece)
        self.wfile.write(chunk)
        self.wfile.flush()

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send_json(self, answer: Answer, query: dict[str, str]) -> None:
        headers, content = {"Location": answer.location, "ETag": answer.tag}, answer.content
        if content is None:
            self._send(answer.status, b"", "", **headers)
            return
        if isinstance(content, list) and "page" in query:
            page, size = int(query["page"]), int(query["page_size"])
            pages = -(-len(content) // size)
            headers["X_Pagination"] = json.dumps({"total": len(content), "total_pages": pages, "page": page})
            content = content[(page - 1) * size : page * size]
        kind = "application/json" if answer.status < 400 else "application/problem+json"
        self._send(answer.status, json.dumps(content).encode(), kind, **headers)

    def _send(self, status: int, content: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)
