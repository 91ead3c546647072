"""A request with an Idempotency-Key is carried out once."""

from __future__ import annotations

import threading

import pytest

from pvdifyd import tokens
from pvdifyd.models import App, IdempotencyKey, Operation, Release, Token, connected
from tests.api.conftest import Api

KEY = {"Idempotency-Key": "6f1d"}


def test_the_same_request_gets_the_same_answer(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    first = api("POST", "/apps/myapp/releases", {"image": "nginx"}, headers=KEY)
    second = api("POST", "/apps/myapp/releases", {"image": "nginx"}, headers=KEY)
    assert first.status_code == second.status_code == 202
    assert first.get_data() == second.get_data()
    assert first.headers["Location"] == second.headers["Location"]
    assert Release.select().count() == Operation.select().count() == 1


def test_creating_an_app_again_with_its_key_is_no_conflict(api: Api) -> None:
    body = {"name": "myapp", "bind_port": 3000}
    answers = [api("POST", "/apps", body, headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert App.select().count() == 1


def test_another_request_with_the_key_is_refused(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp"}, headers=KEY)
    for path, body in (("/apps", {"name": "other"}), ("/apps/myapp/releases", {"name": "myapp"})):
        answer = api("POST", path, body, headers=KEY)
        assert answer.status_code in (409, 422)
    assert api("POST", "/apps", {"name": "other"}, headers=KEY).get_json()["code"] == "idempotency_conflict"
    assert App.select().count() == 1


def test_keys_belong_to_a_token(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp"}, headers=KEY)
    text = tokens.new()
    Token.create(name="another", sha256=tokens.fingerprint(text), scope="admin")
    answer = Api(api.client, text)("POST", "/apps", {"name": "other"}, headers=KEY)
    assert answer.status_code == 201


def test_a_refused_request_may_be_tried_again(api: Api) -> None:
    assert api("POST", "/apps/myapp/releases", {"image": "nginx"}, headers=KEY).status_code == 404
    assert IdempotencyKey.select().count() == 0
    api.ok("POST", "/apps", {"name": "myapp"})
    assert api("POST", "/apps/myapp/releases", {"image": "nginx"}, headers=KEY).status_code == 202


def test_simultaneous_requests_make_one_release(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    answers: list[bytes] = []

    def ask() -> None:
        client = api.client.application.test_client()
        answers.append(
            Api(client, api.token)("POST", "/apps/myapp/releases", {"image": "nginx"}, headers=KEY).data
        )

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(30)
    connected()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert Release.select().count() == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "é"])
def test_an_odd_key_is_refused(api: Api, key: str) -> None:
    answer = api("POST", "/apps", {"name": "myapp"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "Idempotency-Key"
