"""What a token for some apps sees of lists, operations and streams."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pvdifyd import clock
from pvdifyd.http.access import streams
from pvdifyd.models import App, Host, Operation, RegistryCredential, Token
from tests.api.conftest import Api
from tests.api.http.access.routes import Made


@pytest.fixture
def mine(world: Flask, api: Api, make_token: Made) -> Api:
    """The API for a token that is for `mine` alone, in a world with more."""
    api.ok("POST", "/apps", {"name": "mine", "bind_port": 3001})
    for name in ("mine", ""):
        app = App.get_or_none(App.name == name)
        Operation.create(kind="rotate", app=app, app_name=name, status="queued", created_by="tester")
    RegistryCredential.create(
        host=Host.get(), registry="r.example", username="u", document="", recipient="", created_by="tester"
    )
    return Api(FlaskClient(world), make_token("deploy", ["mine"]))


def test_lists_have_what_is_the_tokens(mine: Api) -> None:
    assert [app["name"] for app in mine.ok("GET", "/apps")] == ["mine"]
    assert mine("GET", "/apps").headers["X-Pagination"].startswith('{"total": 1,')
    assert {operation["app"] for operation in mine.ok("GET", "/operations")} == {"mine"}
    assert mine.ok("GET", "/registries") == [], "nor those for all apps"
    assert [host["name"] for host in mine.ok("GET", "/hosts")] == ["demo"]


def test_another_app_is_refused_whether_it_exists_or_not(mine: Api) -> None:
    answers = [mine("GET", f"/apps/{name}") for name in ("myapp", "nothing")]
    assert [answer.status_code for answer in answers] == [403, 403]
    said = [answer.get_json()["detail"] for answer in answers]
    assert said[0].replace("myapp", "nothing") == said[1]


def test_an_operation_of_a_host_is_not_for_a_token_of_apps(mine: Api) -> None:
    number = Operation.get(Operation.app_name == "").id
    for request in (("GET", f"/operations/{number}"), ("POST", f"/operations/{number}/cancel")):
        answer = mine(*request)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")


def test_cancelling_an_operation_of_a_host_is_an_admins(mine: Api, api: Api, make_token: Made) -> None:
    number = Operation.get(Operation.app_name == "").id
    deployer = Api(api.client, make_token("deploy"))
    assert deployer.ok("GET", f"/operations/{number}")["status"] == "queued"
    answer = deployer("POST", f"/operations/{number}/cancel")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")


def test_an_admin_of_an_app_may_create_it_and_no_other(world: Flask, make_token: Made) -> None:
    admin = Api(FlaskClient(world), make_token("admin", ["mine"]))
    assert admin("POST", "/apps", {"name": "other"}).get_json()["code"] == "app_forbidden"
    assert admin.ok("POST", "/apps", {"name": "mine", "bind_port": 3001})["name"] == "mine"
    sign_in = {"username": "u", "password": "p"}
    assert admin("PUT", "/registries/ghcr.io", sign_in).get_json()["code"] == "forbidden"
    assert admin.ok("PUT", "/registries/ghcr.io", {**sign_in, "app": "mine"})["app"] == "mine"


def test_an_admin_of_an_app_takes_no_record_by_force(world: Flask, make_token: Made) -> None:
    admin = Api(FlaskClient(world), make_token("admin", ["myapp"]))
    wish = {"domain": "www.myapp.com", "force": True}
    answer = admin("POST", "/apps/myapp/domains", wish)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    assert "`force` takes a record that may be anybody's" in answer.get_json()["detail"]
    assert admin.ok("POST", "/apps/myapp/domains", {**wish, "force": False})["kind"] == "domains"


def test_a_stream_ends_when_its_token_is_revoked(
    world: Flask, api: Api, make_token: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LOOK_EVERY", 0.0)
    follower = Api(FlaskClient(world), make_token("read"))
    Operation.update(status="queued").execute()
    lines = follower("GET", "/operations/1/events").iter_encoded()
    assert next(lines)
    ended = threading.Event()

    def read() -> None:
        for _ in lines:
            pass
        ended.set()

    Token.update(revoked_at=clock.now()).where(Token.name == "made-1").execute()
    monkeypatch.setattr("pvdifyd.http.events.stream.HEARTBEAT_INTERVAL", 0.05)
    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    assert ended.wait(5)


@pytest.mark.parametrize("columns", [{"expires_at": clock.ago(1)}, {"revoked_at": clock.ago(1)}])
def test_a_stream_gives_nothing_more_to_a_token_that_has_ended(
    make_token: Made, monkeypatch: pytest.MonkeyPatch, columns: dict[str, str]
) -> None:
    monkeypatch.setattr(streams, "LOOK_EVERY", 0.0)
    make_token("read")
    parts = streams.while_signed_in(Token.get(), iter([b"one", b"two"]))
    assert next(parts) == b"one"
    Token.update(**columns).execute()
    assert list(parts) == []
