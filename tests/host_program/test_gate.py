"""What is asked of an instance before it gets requests, by the rules of the proxy's own check."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pvdifyd.host_program import gate
from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.proxy_file import Route, Server

PATH = "/health?deep=1"


class App(ThreadingHTTPServer):
    """Answers PATH with the next of ``statuses``, the last of them again and again, after the next of ``delays``, or
    ``seconds``; with 400 to who asks for another Host than localhost."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = [200]
        self.seconds = 0.0
        self.delays: list[float] = []
        self.asked: list[str] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Handler(BaseHTTPRequestHandler):
    server: App

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        time.sleep(self.server.delays.pop(0) if self.server.delays else self.server.seconds)
        statuses = self.server.statuses
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        allowed = self.headers.get_all("Host") == ["localhost"] and self.path == PATH
        self.send_response(status if allowed else 400)
        self.send_header("Location", "http://localhost/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """It is the test that tells."""


@pytest.fixture
def app() -> Iterator[App]:
    server = App()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def ask(*servers: Server, path: str | None = PATH, timeout: float = 1) -> None:
    gate.must_answer(Route("my-app", "127.0.0.1", 3000, path, timeout, servers), servers)


@pytest.mark.parametrize("status", [200, 204, 302, 399])
def test_who_answers_the_proxy_s_check_may_join(app: App, status: int) -> None:
    app.statuses = [status]
    ask(Server("web1", app.port))
    assert app.asked == [PATH], "once, and what a redirect leads to is not asked"


@pytest.mark.parametrize("status", [400, 404, 503])
def test_who_refuses_it_may_not_and_is_asked_twice(app: App, status: int) -> None:
    app.statuses = [status]
    with pytest.raises(StepFailed) as refused:
        ask(Server("web2", app.port))
    assert refused.value.code == "proxy_unhealthy"
    assert "web2" in refused.value.message
    asked = f"GET {PATH} on port {app.port} with Host: localhost"
    assert refused.value.details["probe"].startswith(f"{asked}: HTTP/1.0 {status} ")
    assert "Host: localhost" in refused.value.details["next_step"]
    assert len(app.asked) == 2


def test_one_bad_answer_does_not_decide(app: App) -> None:
    app.statuses = [503, 200]
    ask(Server("web1", app.port))


def test_neither_does_one_that_comes_too_late(app: App) -> None:
    app.delays = [1.5, 0.0]
    ask(Server("web1", app.port), timeout=1)


def test_all_are_asked_side_by_side(app: App) -> None:
    app.seconds = 0.5
    began = time.monotonic()
    ask(*(Server(f"web{number}", app.port) for number in range(1, 9)), timeout=5)
    assert len(app.asked) == 8
    assert time.monotonic() - began < 8 * 0.5


def test_who_answers_too_late_may_not_join(app: App) -> None:
    app.seconds = 3
    began = time.monotonic()
    with pytest.raises(StepFailed, match="web1"):
        ask(Server("web1", app.port), timeout=1)
    assert time.monotonic() - began < 3


def test_without_a_path_a_connection_decides() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        ask(Server("web1", port), path=None)
    with pytest.raises(StepFailed) as refused:
        ask(Server("web1", port), path=None)
    assert refused.value.details["probe"].startswith(f"a connection to port {port}: no answer (")


def test_what_is_no_http_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"220 mail.example.com\r\n")

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(StepFailed) as refused:
            ask(Server("web1", listener.getsockname()[1]))
        listener.shutdown(socket.SHUT_RDWR)
    assert refused.value.details["probe"].endswith("no answer in HTTP/1.1")


def test_who_gets_no_requests_is_not_asked(app: App) -> None:
    app.statuses = [503]
    ask(Server("web1", app.port, enabled=False), Server("web2", 1, enabled=False))
    assert app.asked == []
