"""The stand-in for cloudflared hands on whatever is sent, and what comes back, as it is."""

import hashlib
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.stand_ins.origin import Origin
from tests.stand_ins.program import Program

Start = Callable[..., Program]
LAST = {"service": "http_status:404"}


@pytest.fixture
def tunnel(program: Start, origin: Origin) -> Program:
    """A tunnel that brings app.example and everything under any.example to the origin."""
    rules = [{"hostname": name, "service": origin.service} for name in ("app.example", "*.any.example")]
    return program({"ingress": [*rules, LAST]})


def test_a_request_gets_to_its_app(tunnel: Program) -> None:
    answered = tunnel.asked("app.example", "/a?b=c")
    assert answered.status_code == 200
    told = answered.json()
    assert (told["path"], told["headers"]["host"]) == ("/a?b=c", "app.example")
    assert told["headers"]["x-forwarded-proto"] == "https"
    assert told["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert tunnel.asked("a.b.any.example").status_code == 200
    assert tunnel.asked("APP.example:443").status_code == 200


def test_a_name_that_no_rule_has(tunnel: Program) -> None:
    for host in ("other.example", "any.example", "xapp.example", ""):
        assert tunnel.asked(host).status_code == 404, host


def test_a_large_body_arrives_whole(tunnel: Program) -> None:
    body = os.urandom(20 << 20)
    told = tunnel.asked("app.example", method="POST", data=body).json()
    assert (told["length"], told["hash"]) == (len(body), hashlib.sha256(body).hexdigest())


def test_many_requests_side_by_side(tunnel: Program) -> None:
    with requests.Session() as session, ThreadPoolExecutor(16) as threads:

        def ask(number: int) -> str:
            answered = session.get(f"{tunnel.url}/{number}", headers={"Host": "app.example"}, timeout=10)
            return str(answered.json()["path"])

        assert list(threads.map(ask, range(200))) == [f"/{number}" for number in range(200)]
    assert "cloudflared_tunnel_total_requests 200" in tunnel.metrics("/metrics").text


def test_a_stream_comes_as_it_is_sent_and_ends_with_its_reader(tunnel: Program, origin: Origin) -> None:
    with requests.get(
        f"{tunnel.url}/stream", headers={"Host": "app.example"}, stream=True, timeout=5
    ) as stream:
        assert next(stream.iter_lines()) == b"data: tick"
        assert not origin.left.is_set()
    assert origin.left.wait(5)


def test_a_connection_that_is_upgraded(tunnel: Program) -> None:
    with socket.create_connection(("127.0.0.1", tunnel.port), timeout=5) as client:
        client.sendall(
            b"GET / HTTP/1.1\r\nHost: app.example\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst\n"
        )
        reader = client.makefile("rb")
        lines = [reader.readline() for _ in range(4)]
        assert lines[0] == b"HTTP/1.1 101 Switching Protocols\r\n"
        assert b"Connection: Upgrade\r\n" in lines
        assert reader.readline() == b"\r\n"
        assert reader.readline() == b"FIRST\n"
        client.sendall(b"second\n")
        assert reader.readline() == b"SECOND\n"


def test_what_comes_before_an_answer_is_handed_on(tunnel: Program) -> None:
    with socket.create_connection(("127.0.0.1", tunnel.port), timeout=5) as client:
        client.sendall(b"GET /early HTTP/1.1\r\nHost: app.example\r\n\r\n")
        whole = client.makefile("rb").read()
    assert whole.startswith(b"HTTP/1.1 103 Early Hints\r\n")
    assert b"HTTP/1.1 200 OK\r\n" in whole


@pytest.mark.parametrize("sent", [b"hello\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000, b"GET /"])
def test_what_is_no_request(tunnel: Program, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", tunnel.port), timeout=5) as client:
        try:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            assert client.recv(1000)[:12] in (b"", b"HTTP/1.1 400")
        except OSError:
            pass  # it had heard enough, and has closed
    assert tunnel.asked("app.example").status_code == 200


def test_an_app_that_is_not_there(program: Start) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        service = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        tunnel = program({"ingress": [{"hostname": "app.example", "service": service}, LAST]})
        assert tunnel.asked("app.example").status_code == 502


def test_it_keeps_its_rules_whatever_becomes_of_the_file(tunnel: Program) -> None:
    tunnel.configuration.write_text("{}")
    assert tunnel.asked("app.example").status_code == 200


def told_rules(tunnel: Program) -> list[Any]:
    return [
        (rule["hostname"], rule["service"]) for rule in tunnel.metrics("/config").json()["config"]["ingress"]
    ]


def test_it_tells_the_rules_in_force(tunnel: Program, origin: Origin) -> None:
    tunnel.until_ready()
    names = ("app.example", "*.any.example")
    assert told_rules(tunnel) == [*((name, origin.service) for name in names), ("", "http_status:404")]
    ready = tunnel.metrics("/ready").json()
    assert (ready["status"], ready["readyConnections"]) == (200, 4)
    assert tunnel.metrics("/nothing").status_code == 404
