"""Requests are counted for their token, or for the address of who brings none; every answer tells what is left."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from pvdifyd import tokens
from pvdifyd.http.application import create_application
from pvdifyd.http.rate_limit.quota import Quota
from pvdifyd.http.services import Services
from pvdifyd.models import AuditEntry, Token
from tests.api.conftest import Api

LIMIT = 5


@pytest.fixture
def services(services: Services) -> Services:
    """Those of a server that grants five requests a minute."""
    return Services(services.queue, services.reader, services.streams, quota=Quota(LIMIT, lambda: 1000.0))


@pytest.fixture
def application(services: Services) -> Flask:
    return create_application(services)


def ask(application: Flask, path: str, token: str | None = None, **options: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = options.pop("address", "10.0.0.1")
    return application.test_client().get(
        path, headers=headers, environ_overrides={"REMOTE_ADDR": address}, **options
    )


def left(answer: TestResponse) -> tuple[str, int, int]:
    """Whose limit it is, what is left of it, and the seconds."""
    found = re.fullmatch(r'"(token|address)";r=(\d+);t=(\d+)', answer.headers["RateLimit"])
    assert found is not None, answer.headers["RateLimit"]
    return found[1], int(found[2]), int(found[3])


def new_token(name: str) -> str:
    text = tokens.new()
    Token.create(name=name, sha256=tokens.fingerprint(text), scope="read")
    return text


def test_a_token_may_ask_so_often_and_is_told_what_is_left(application: Flask, token: str) -> None:
    for used in range(1, LIMIT + 1):
        answer = ask(application, "/api/v1/whoami", token, address=f"10.0.0.{used}")
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == f'"token";q={LIMIT};w=60'
        assert left(answer)[:2] == ("token", LIMIT - used)
    refused = ask(application, "/api/v1/whoami", token)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_requests")
    assert refused.mimetype == "application/problem+json"
    assert refused.headers["Retry-After"] == "12"
    assert left(refused) == ("token", 0, 12)
    for said in ("token tester", f"{LIMIT} requests a minute", "PVDIFYD_REQUESTS_PER_MINUTE", "12 s"):
        assert said in refused.get_json()["detail"]


def test_another_token_from_the_same_address_is_not_held_back(application: Flask, token: str) -> None:
    for _ in range(LIMIT + 1):
        ask(application, "/api/v1/whoami", token)
    assert ask(application, "/api/v1/whoami", new_token("other")).status_code == 200


def test_a_change_that_was_too_much_was_not_made(application: Flask, token: str, api: Api) -> None:
    api.client = application.test_client()
    for _ in range(LIMIT):
        api("GET", "/apps")
    assert api("POST", "/apps", {"name": "myapp"}).status_code == 429
    assert ask(application, "/api/v1/apps", new_token("other")).get_json() == []
    assert AuditEntry.select().count() == 0, "who asks without end fills no disk"


@pytest.mark.parametrize(
    "path", ["/health", "/api/v1/openapi.json", "/api/v1/docs/page.js", "/api/v1/apps", "/odd"]
)
def test_without_a_token_the_address_is_counted(application: Flask, database: None, path: str) -> None:
    for used in range(1, LIMIT + 1):
        answer = ask(application, path)
        assert answer.status_code in (200, 401)
        assert left(answer)[:2] == ("address", LIMIT - used)
    refused = ask(application, path)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) == left(refused)[2] == 12
    assert "Your address" in refused.get_json()["detail"]
    assert ask(application, path, address="10.0.0.2").status_code in (200, 401)


def test_a_network_of_ipv6_counts_as_one_address(application: Flask, database: None) -> None:
    for last in range(LIMIT):
        assert ask(application, "/health", address=f"2001:db8::{last}").status_code == 200
    assert ask(application, "/health", address="2001:db8::ffff").status_code == 429
    assert ask(application, "/health", address="2001:db8:0:1::1").status_code == 200


def test_an_address_that_asks_too_often_keeps_no_token_out(application: Flask, token: str) -> None:
    for _ in range(LIMIT + 1):
        ask(application, "/api/v1/apps")
    assert ask(application, "/api/v1/whoami", token).status_code == 200


def test_an_open_route_spends_nothing_of_the_token_that_comes_with_it(application: Flask, token: str) -> None:
    assert left(ask(application, "/health", token)) == ("address", LIMIT - 1, 12)
    assert left(ask(application, "/api/v1/whoami", token)) == ("token", LIMIT - 1, 12)


def test_wrong_tokens_are_held_back_by_their_own_limit_and_are_told_what_is_left(
    application: Flask, database: None
) -> None:
    codes = []
    for _ in range(12):
        answer = ask(application, "/api/v1/apps", tokens.new())
        codes.append(answer.get_json()["code"])
        assert left(answer)[0] == "address"
    assert codes == ["unauthenticated"] * 10 + ["too_many_attempts"] * 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/apps/none", 404),
        ("GET", "/api/v1/apps?token={token}", 400),
        ("DELETE", "/api/v1/apps", 405),
        ("POST", "/api/v1/apps", 415),
        ("HEAD", "/api/v1/apps", 200),
        ("OPTIONS", "/api/v1/apps", 200),
    ],
)
def test_whatever_the_answer_is_it_tells(
    application: Flask, token: str, method: str, path: str, status: int
) -> None:
    answer = application.test_client().open(
        path.format(token=token), method=method, headers={"Authorization": f"Bearer {token}"}, data=b"x"
    )
    assert answer.status_code == status
    assert left(answer)[1] == LIMIT - 1
    assert "RateLimit-Policy" in answer.headers
