"""Every route demands a token, but for the few that tell nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from pvdifyd import clock, tokens
from pvdifyd.http.application import create_application
from pvdifyd.http.authentication import OPEN_ENDPOINTS
from pvdifyd.http.services import Services
from pvdifyd.models import Token
from tests.api.conftest import Api

OPEN_PATHS = {"/health", "/ready", "/api/v1/openapi.json", "/api/v1/docs", "/api/v1/docs/<string:name>"}


@pytest.fixture
def application(services: Services) -> Flask:
    return create_application(services)


def routes(application: Flask) -> list[tuple[str, str]]:
    """Every method and path there is."""
    return [
        (method, rule.rule)
        for rule in application.url_map.iter_rules()
        for method in sorted(rule.methods or ())
    ]


def filled(rule: str) -> str:
    return rule.replace("<string:name>", "myapp").replace("<int:version>", "1").replace("<int:number>", "1")


def test_every_route_but_the_open_ones_is_refused_without_a_token(application: Flask) -> None:
    client = application.test_client()
    walked = routes(application)
    assert len(walked) > 20
    for method, rule in walked:
        answer = client.open(filled(rule), method=method)
        if rule in OPEN_PATHS:
            assert answer.status_code != 401, (method, rule)
        else:
            assert answer.status_code == 401, (method, rule)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_open_routes_are_exactly_those_meant(application: Flask) -> None:
    found = {rule.rule for rule in application.url_map.iter_rules() if rule.endpoint in OPEN_ENDPOINTS}
    assert found == OPEN_PATHS
    assert {rule.endpoint for rule in application.url_map.iter_rules()} >= OPEN_ENDPOINTS


def test_an_address_that_is_none_tells_nothing_without_a_token(application: Flask) -> None:
    assert application.test_client().get("/api/v1/nothing").status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer pvd_x",
        "Basic dXNlcjpwYXNz",
        "Bearer " + tokens.new(),
        "bearer\tx",
        "Bearer é",
    ],
)
def test_a_wrong_token_is_refused(application: Flask, database: None, header: str) -> None:
    answer = application.test_client().get("/api/v1/apps", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["code"] == "unauthenticated"


def test_an_expired_token_is_refused(application: Flask, token: str) -> None:
    Token.update(expires_at=clock.ago(1)).execute()
    answer = application.test_client().get("/api/v1/apps", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert "expired" in answer.get_json()["detail"]


def test_a_tokens_use_is_noted_and_the_token_is_not_kept(api: Api) -> None:
    assert api("GET", "/apps").status_code == 200
    row = Token.get()
    assert row.last_used_at is not None
    assert api.token not in str(row.__data__)
