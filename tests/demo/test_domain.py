"""The demo asks for its domain, and takes no other's answer for the app's."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from demo import cloudflare, domain
from demo.errors import DemoError
from demo.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings("pvdify-unit", tmp_path, IPv4Network("127.9.78.0/24"), listen="")


class _Tunnel(BaseHTTPRequestHandler):
    """The app answers for app.example, and somebody for other.example."""

    def do_GET(self) -> None:
        known = {"app.example": 200, "other.example": 200}
        self.send_response(known.get(self.headers["Host"], 404))
        if self.headers["Host"] == "app.example":
            self.send_header("X-App-Version", "v1")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def tunnel(settings: Settings) -> Iterator[None]:
    server = ThreadingHTTPServer((str(settings.host_address), cloudflare.ENTRY_PORT), _Tunnel)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("tunnel")
def test_the_app_answers(settings: Settings) -> None:
    said: list[str] = []
    domain.expect(settings, "app.example", said.append)
    assert said == ["app.example answers: hello"]


@pytest.mark.usefixtures("tunnel")
@pytest.mark.parametrize(("name", "says"), [("other.example", "by another"), ("nobody.example", "404")])
def test_another_answers(settings: Settings, name: str, says: str) -> None:
    with pytest.raises(DemoError, match=says):
        domain.expect(settings, name, print)


def test_nobody_answers(settings: Settings) -> None:
    with pytest.raises(DemoError, match=r"app\.example does not answer"):
        domain.expect(settings, "app.example", print)
