"""Every route, with no token, an expired one, a revoked one, one of a lesser scope, one for another app, a right one.

The routes are those that the application has: a new one is in here by itself, and fails until it declares who may use
it, and says in `routes.py` what a request of it looks like.
"""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Flask, Response
from flask.views import MethodView
from werkzeug.test import TestResponse

from pvdifyd import clock, models
from pvdifyd.http.access import declared
from pvdifyd.http.access.declared import Reach
from pvdifyd.http.application import create_application
from pvdifyd.http.services import Services
from pvdifyd.models import App, AuditEntry, ConfigVersion, Operation, RegistryCredential, Release, Token
from pvdifyd.models.token import ADMIN, SCOPES
from tests.api.http.access.routes import APP, Made, Route, routes

ROWS = (App, Release, Operation, ConfigVersion, RegistryCredential, Token)
# An ended operation can't be cancelled: that is what who may ask is told.
ENDED = "POST /api/v1/operations/<int:number>/cancel"


def outcome(answer: TestResponse) -> tuple[int, Any]:
    """Status and code; HEAD has no body to read the code in."""
    body = answer.get_json(silent=True)
    return answer.status_code, body.get("code") if isinstance(body, dict) else None


def refused(route: Route, answer: TestResponse, status: int, code: str) -> None:
    expected = {(status, code), (status, None)} if route.method == "HEAD" else {(status, code)}
    assert outcome(answer) in expected, (route, answer.text)


def let_in(route: Route, answer: TestResponse) -> None:
    if str(route) == ENDED:
        assert outcome(answer) == (409, "operation_ended")
    else:
        assert answer.status_code < 400, (route, answer.text)


def asked_for(application: Flask) -> list[Route]:
    """The routes that want a token."""
    found = [route for route in routes(application) if route.access.scope is not None]
    assert len(found) > 60
    return found


def below(scope: str) -> str | None:
    """The scope that is just too little; none is less than the first."""
    index = SCOPES.index(scope)
    return SCOPES[index - 1] if index else None


def counts() -> list[int]:
    return [model.select().count() for model in ROWS]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (None, "unauthenticated"),
        ({"expires_at": clock.ago(1)}, "token_expired"),
        ({"revoked_at": clock.ago(1)}, "token_revoked"),
    ],
    ids=["no token", "expired", "revoked"],
)
def test_without_a_token_that_signs_in(
    world: Flask, make_token: Made, columns: dict[str, str] | None, code: str
) -> None:
    token = make_token(ADMIN, **columns) if columns is not None else None
    before = counts()
    for route in asked_for(world):
        answer = route.ask(world, token)
        refused(route, answer, 401, code)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert counts() == before


def test_with_too_little_a_scope(world: Flask, make_token: Made) -> None:
    token = {scope: make_token(scope) for scope in SCOPES}
    before = counts()
    for route in asked_for(world):
        assert route.access.scope is not None
        lesser = below(route.access.scope)
        if lesser is not None:
            answer = route.ask(world, token[lesser])
            refused(route, answer, 403, "forbidden")
            if route.method != "HEAD":
                detail = answer.get_json()["detail"]
                assert f"scope {route.access.scope}" in detail
                assert f"scope {lesser}" in detail
    assert counts() == before


def test_with_a_token_for_another_app(world: Flask, make_token: Made) -> None:
    token = make_token(ADMIN, apps=["another"])
    before = counts()
    for route in asked_for(world):
        answer = route.ask(world, token)
        match route.access.reach:
            case Reach.NO_APP:
                let_in(route, answer)
            case Reach.ASKED_APP if route.method == "OPTIONS":
                # It has asked for no app.
                let_in(route, answer)
            case Reach.APPS:
                let_in(route, answer)
                assert (answer.get_json(silent=True) or []) == [], route
                refused(route, route.ask(world, token, query_string={"app": APP}), 403, "app_forbidden")
            case Reach.ALL:
                refused(route, answer, 403, "forbidden")
            case _:
                refused(route, answer, 403, "app_forbidden")
                if route.method != "HEAD":
                    assert "another" in answer.get_json()["detail"]
    assert counts() == before


@pytest.mark.parametrize("for_one_app", [False, True], ids=["for all apps", "for its app"])
def test_with_the_least_that_is_right(
    world: Flask, make_token: Made, for_one_app: bool, caplog: pytest.LogCaptureFixture
) -> None:
    apps = [APP, APP + "-staging"] if for_one_app else None
    token = {scope: make_token(scope, apps) for scope in SCOPES}
    caplog.set_level(logging.ERROR, "pvdifyd.http")
    for route in asked_for(world):
        if for_one_app and route.access.reach is Reach.ALL:
            continue
        assert route.access.scope is not None
        with models.database.atomic() as transaction:
            before = AuditEntry.select().count()
            let_in(route, route.ask(world, token[route.access.scope]))
            written = AuditEntry.select().count() - before
            assert (written > 0) == (route.method not in ("GET", "HEAD", "OPTIONS")), route
            transaction.rollback()
    assert caplog.text == "", "each entry is written in the transaction of its change"


def test_an_open_route_looks_at_no_token(world: Flask, make_token: Made) -> None:
    revoked = make_token(ADMIN, revoked_at=clock.now())
    found = [route for route in routes(world) if route.access.scope is None]
    assert {route.rule for route in found if route.method == "GET"} == {
        "/health",
        "/ready",
        "/install.sh",
        "/install/<string:name>",
        "/api/v1/openapi.json",
        "/api/v1/schemas/app.json",
        "/api/v1/docs",
        "/api/v1/docs/<string:name>",
    }
    for route in found:
        for token in (None, revoked):
            let_in(route, route.ask(world, token))


def test_an_address_that_is_none_tells_nothing_without_a_token(world: Flask, make_token: Made) -> None:
    nowhere = Route("GET", "/api/v1/nothing", declared.Access(None, Reach.NO_APP))
    assert nowhere.ask(world).status_code == 401
    assert nowhere.ask(world, make_token("read")).status_code == 404


class Forgotten(MethodView):
    """A resource whose maker thought of reading, and not of writing."""

    @declared.of_no_app("read")
    def get(self) -> Response:
        return Response("read")

    def post(self) -> Response:
        return Response("written")


def test_a_route_that_declares_no_scope_is_not_served(services: Services) -> None:
    application = create_application(services)
    declared.check(application)
    application.add_url_rule("/forgotten", view_func=Forgotten.as_view("forgotten"))
    assert declared.undeclared(application) == [("POST", "/forgotten")]
    with pytest.raises(RuntimeError, match="POST /forgotten"):
        declared.check(application)
