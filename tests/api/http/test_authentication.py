"""What signs in, what does not, and how often an address may try. The routes are walked in access/test_matrix.py."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from pvdifyd import clock, tokens
from pvdifyd.http.access.sign_in_limit import ADDRESSES, FAILURES, SignInLimit
from pvdifyd.http.application import create_application
from pvdifyd.http.services import Services
from pvdifyd.models import App, AuditEntry, Host, Token
from tests.api.conftest import Api


@pytest.fixture
def application(services: Services) -> Flask:
    return create_application(services)


def ask(
    application: Flask, header: str, address: str = "192.0.2.1", path: str = "/api/v1/whoami"
) -> TestResponse:
    headers = {"Authorization": header} if header else {}
    return application.test_client().get(path, headers=headers, environ_overrides={"REMOTE_ADDR": address})


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "Authorization: Bearer"),
        ("Bearer", "not whole"),
        ("Bearer ", "not whole"),
        ("Bearer pvd_x", "not whole"),
        ("Basic dXNlcjpwYXNz", "Authorization: Bearer"),
        pytest.param("Bearer " + tokens.new(), "not known", id="another token"),
        ("bearer\tx", "Authorization: Bearer"),
        ("Bearer é", "not whole"),
    ],
)
def test_a_wrong_token_is_refused(application: Flask, database: None, header: str, said: str) -> None:
    answer = ask(application, header)
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json()
    assert body["code"] == "unauthenticated"
    assert said in body["detail"]
    assert "pvdify tokens:create" in body["detail"]


def test_an_expired_and_a_revoked_token_are_named_and_say_since_when(application: Flask, token: str) -> None:
    Token.update(expires_at="2026-01-05T10:30:00.000Z").execute()
    body = ask(application, f"Bearer {token}").get_json()
    assert body["code"] == "token_expired"
    assert "tester" in body["detail"]
    assert "2026-01-05" in body["detail"]
    Token.update(revoked_at="2026-01-04T10:30:00.000Z").execute()
    body = ask(application, f"Bearer {token}").get_json()
    assert body["code"] == "token_revoked"
    assert "2026-01-04" in body["detail"]


def test_a_tokens_use_is_noted_and_the_token_is_not_kept(api: Api) -> None:
    assert api("GET", "/apps").status_code == 200
    row = Token.get()
    assert row.last_used_at is not None
    assert api.token not in str(row.__data__)


def test_who_fails_too_often_has_to_wait(application: Flask, token: str) -> None:
    for _ in range(FAILURES):
        assert ask(application, f"Bearer {tokens.new()}").status_code == 401
    answer = ask(application, f"Bearer {token}")
    assert answer.status_code == 429
    assert answer.get_json()["code"] == "too_many_attempts"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert f"{answer.headers['Retry-After']} s" in answer.get_json()["detail"]
    # Nobody else is kept waiting, nor is who needs no token.
    assert ask(application, f"Bearer {token}", "192.0.2.2").status_code == 200
    assert ask(application, "", path="/health").status_code == 200


def test_who_brings_no_token_has_not_tried_one(application: Flask, token: str) -> None:
    for _ in range(FAILURES + 1):
        assert ask(application, "").status_code == 401
    assert ask(application, f"Bearer {token}").status_code == 200


def test_what_a_right_token_is_refused_is_no_failed_sign_in(api: Api) -> None:
    for _ in range(FAILURES + 1):
        assert api("GET", "/apps/nothing").status_code == 404
    assert api("GET", "/apps").status_code == 200


@dataclass
class FakeClock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def failing(limit: SignInLimit, address: str, times: int = FAILURES) -> None:
    for _ in range(times):
        limit.failed(address)


def test_the_wait_ends_when_the_first_failure_is_a_minute_old() -> None:
    clock = FakeClock()
    limit = SignInLimit(clock)
    failing(limit, "192.0.2.1", FAILURES - 1)
    assert limit.wait("192.0.2.1") == 0
    clock.now += 20
    limit.failed("192.0.2.1")
    assert limit.wait("192.0.2.1") == 40
    clock.now += 39.5
    assert limit.wait("192.0.2.1") == 1
    clock.now += 0.5
    assert limit.wait("192.0.2.1") == 0


def test_a_network_of_ipv6_is_one_address_and_ipv4_in_it_is_not() -> None:
    limit = SignInLimit()
    failing(limit, "2001:db8:1:2::1")
    failing(limit, "::ffff:192.0.2.1")
    assert limit.wait("2001:db8:1:2:ffff::9") > 0
    assert limit.wait("2001:db8:1:3::1") == 0
    assert limit.wait("192.0.2.1") > 0
    assert limit.wait("::ffff:192.0.2.2") == 0


def test_an_address_that_is_none_is_counted_too() -> None:
    limit = SignInLimit()
    failing(limit, "")
    assert limit.wait("") > 0


def test_only_so_many_addresses_are_remembered() -> None:
    limit = SignInLimit()
    failing(limit, "192.0.2.1")
    failing(limit, "192.0.2.2")
    for number in range(ADDRESSES - 1):
        limit.failed(f"10.0.{number // 256}.{number % 256}")
    assert limit.wait("192.0.2.1") == 0
    assert limit.wait("192.0.2.2") > 0


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/apps/{}",
        "/api/v1/apps?token={}",
        "/api/v1/apps?{}",
        "/api/v1/apps?a=1&access_token=Bearer+{}",
        "/api/v1/apps?x=0{}0",
        "/api/v1/nothing/{}",
        "/health?{}",
        "/api/v1/tokens/{}",
    ],
)
def test_a_token_in_an_address_is_refused_unread(
    api: Api, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = api.client.get(path.format(api.token), headers={"Authorization": f"Bearer {api.token}"})
    assert answer.status_code == 400
    body = answer.get_json()
    assert body["code"] == "token_in_url"
    assert "tokens:revoke" in body["detail"]
    assert "Authorization" in body["detail"]
    assert Token.get().last_used_at is None, "it was not looked at"
    assert api.token not in answer.text + caplog.text


def test_one_that_is_percent_encoded_is_found_too(api: Api) -> None:
    encoded = api.token.replace("_", "%5F")
    assert api.client.get(f"/health?token={encoded}").get_json()["code"] == "token_in_url"
    assert api.client.get(f"/api/v1/apps/{encoded}").get_json()["code"] == "token_in_url"


def test_what_only_looks_like_a_token_may_stand_in_an_address(api: Api) -> None:
    wrong = "pvd_" + "a" * 38
    assert api("GET", f"/apps/{wrong}").status_code == 404


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_token_is_found_and_masked_wherever_it_stands(before: str, after: str) -> None:
    token = tokens.new()
    text = before + token + after
    assert tokens.is_in(text)
    assert token not in tokens.masked(text)


def test_a_token_that_begins_in_another_ones_beginning_is_found() -> None:
    assert tokens.is_in("pvd_pvd" + "x" * 30 + tokens.new())
    assert not tokens.is_in(tokens.new()[:-1])


def test_a_request_id_is_not_a_place_for_a_token(api: Api) -> None:
    answer = api("POST", "/apps", {"name": "myapp"}, headers={"X-Request-ID": api.token})
    assert answer.status_code == 201
    assert answer.headers["X-Request-ID"] != api.token
    assert api.token not in str(AuditEntry.get().__data__)


def test_nothing_is_committed_for_a_token_that_was_revoked_meanwhile(
    application: Flask, token: str, host: Host
) -> None:
    api = Api(application.test_client(), token)

    @application.before_request
    def revoke() -> None:
        """Comes after the token was looked at, and before the view."""
        Token.update(revoked_at=clock.now()).execute()

    answer = api("POST", "/apps", {"name": "myapp"})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token_revoked")
    assert App.select().count() == 0
    assert [(row.result, row.status) for row in AuditEntry.select()] == [("refused", 401)]
