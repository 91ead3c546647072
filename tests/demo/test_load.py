"""The load client is strict: it is only worth something if it sees every failure."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from demo.load import Load
from demo.result import Result


class App(BaseHTTPRequestHandler):
    """Answers as the sample app does; `status` is what it answers with."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    status = 200

    def do_GET(self) -> None:
        if self.path == "/events":
            return self.stream()
        if self.path == "/slow":
            time.sleep(0.2)
        self.send_response(self.status)
        self.send_header("X-App-Version", "v1")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
        return None

    def stream(self, end: bytes = b"0\r\n\r\n") -> None:
        """Two events and an orderly end."""
        self.send_response(self.status)
        self.send_header("X-App-Version", "v1")
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number in (1, 2):
            event = f"id: {number}\ndata: v1\n\n"
            self.wfile.write(f"{len(event):x}\r\n{event}\r\n".encode())
            time.sleep(0.1)
        self.wfile.write(end)

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


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # With the five of the standard library, a client that finds the queue full comes back a second later.
    request_queue_size = 128


@contextmanager
def served(handler: type[App]) -> Iterator[str]:
    with Server(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def asked(url: str, seconds: float = 1.0) -> Result:
    with Load(url) as load:
        time.sleep(seconds)
        return load.stop()


def test_it_asks_in_all_four_ways_and_at_its_pace() -> None:
    with served(App) as url, Load(url) as load:
        load.wait_for(200, timeout=10)
        result = load.stop()
    assert result.failed == 0, result.examples
    assert set(result.styles) == {"kept-alive", "new connection", "2 s long", "event stream"}
    assert result.streams_ended > 0
    assert result.streams_cut == 0
    assert result.versions == {"v1": result.sent}
    assert result.sent >= 200
    assert result.rate < 400


def test_an_answer_that_is_not_200_is_a_failure() -> None:
    with served(Sick) as url:
        result = asked(url, 0.3)
    assert result.failed == result.sent > 0
    assert {failure.partition(": ")[2] for failure in result.failures} == {"status 503"}


def test_half_an_answer_is_a_failure() -> None:
    with served(HangsUp) as url:
        result = asked(url, 0.3)
    assert result.failed == result.sent > 0
    asked_for_a_page = [failure for failure in result.failures if not failure.startswith("event stream")]
    assert all("IncompleteRead" in failure for failure in asked_for_a_page)


class Cut(App):
    """Ends every stream after its second event, without the last chunk."""

    def stream(self) -> None:
        super().stream(end=b"")
        self.close_connection = True


def test_a_stream_that_is_cut_is_a_failure() -> None:
    with served(Cut) as url:
        result = asked(url)
    assert result.streams_cut == result.failed > 0
    assert {failure.partition(": ")[0] for failure in result.failures} == {"event stream"}


def test_what_came_so_far_can_be_looked_at_meanwhile() -> None:
    with served(App) as url, Load(url) as load:
        load.wait_for(20, timeout=5)
        before = load.so_far()
        assert before.sent >= 20
        load.wait_for(before.sent + 20, timeout=5)
        assert load.so_far().sent > before.sent


def test_nobody_there_is_a_failure_and_no_flood() -> None:
    with served(App) as url:
        pass
    result = asked(url, 0.5)
    assert result.failed == result.sent > 0
    assert len(result.examples) == 5
    assert result.rate < 700
