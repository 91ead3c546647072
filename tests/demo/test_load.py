"""The load client is strict: it is only worth something if it sees every failure."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from demo.load import Load, Result


class App(BaseHTTPRequestHandler):
    """Answers as the sample app does; `status` is what it answers with."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    status = 200

    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(0.2)
        self.send_response(self.status)
        self.send_header("X-App-Version", "v1")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


class Sick(App):
    status = 503


class HangsUp(App):
    """Promises a body and ends in the middle of it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half of it")
        self.close_connection = True


@contextmanager
def served(handler: type[App]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def asked(url: str, seconds: float = 1.0) -> Result:
    with Load(url) as load:
        time.sleep(seconds)
        return load.stop()


def test_it_asks_in_all_three_ways_and_at_its_pace() -> None:
    with served(App) as url:
        result = asked(url)
    assert result.failed == 0, result.examples
    assert set(result.styles) == {"kept-alive", "new connection", "2 s long"}
    assert result.versions == {"v1": result.sent}
    assert 100 <= result.rate < 400


def test_an_answer_that_is_not_200_is_a_failure() -> None:
    with served(Sick) as url:
        result = asked(url, 0.3)
    assert result.failed == result.sent > 0
    assert {failure.partition(": ")[2] for failure in result.failures} == {"status 503"}


def test_half_an_answer_is_a_failure() -> None:
    with served(HangsUp) as url:
        result = asked(url, 0.3)
    assert result.failed == result.sent > 0
    assert all("IncompleteRead" in failure for failure in result.failures)


def test_nobody_there_is_a_failure_and_no_flood() -> None:
    with served(App) as url:
        pass
    result = asked(url, 0.5)
    assert result.failed == result.sent > 0
    assert len(result.examples) == 5
    assert result.rate < 700
