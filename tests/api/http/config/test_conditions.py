"""Nobody's change is lost: tags say which config one was made for, and a key that a request is carried out once."""

from __future__ import annotations

import hashlib
import threading
from typing import Any

import pytest

from pvdifyd.models import ConfigVersion, Host, IdempotencyKey, Secret, connected
from tests.api.age_identity import Identity
from tests.api.conftest import Api

PATH = "/apps/myapp/config"
KEY = {"Idempotency-Key": "6f1d"}


@pytest.fixture
def app(api: Api, prepared: Host) -> Any:
    return api.ok("POST", "/apps", {"name": "myapp", "image": "nginx"})


def test_what_is_known_is_not_sent_again(api: Api, app: Any) -> None:
    assert api("GET", PATH, headers={"If-None-Match": '"v0"'}).status_code == 304
    api.ok("PUT", PATH, {"config": {"A": "1"}})
    assert api("GET", PATH, headers={"If-None-Match": '"v0"'}).status_code == 200
    known = api("GET", PATH, headers={"If-None-Match": 'W/"v1", "v0"'})
    assert (known.status_code, known.headers["ETag"], known.data) == (304, '"v1"', b"")


@pytest.mark.parametrize("tag", ['"v1"', 'W/"v1"', '"v7", "v1"', "*"])
def test_a_change_of_what_is_there_is_made(api: Api, app: Any, tag: str) -> None:
    api.ok("PUT", PATH, {"config": {"A": "1"}})
    answer = api("PUT", PATH, {"config": {"A": "2"}}, headers={"If-Match": tag})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"v2"')


@pytest.mark.parametrize("tag", ['"v0"', '"v2"', 'W/"v2"', "", '"1"'])
def test_a_change_of_what_was_there_is_refused(api: Api, app: Any, tag: str) -> None:
    api.ok("PUT", PATH, {"config": {"A": "1"}})
    for method, path, body in (
        ("PUT", PATH, {"config": {"A": "2"}}),
        # Even where it would change nothing: who asks knows something else.
        ("PUT", PATH, {"config": {"A": "1"}}),
        ("DELETE", f"{PATH}/A", None),
    ):
        answer = api(method, path, body, headers={"If-Match": tag})
        assert (answer.status_code, answer.get_json()["code"]) == (412, "precondition_failed")
        assert "v1" in answer.get_json()["detail"]
    assert ConfigVersion.select().count() == 1


def test_the_first_change_can_be_guarded_too(api: Api, app: Any) -> None:
    answers = [
        api("PUT", PATH, {"config": {"A": value}}, headers={"If-Match": '"v0"'}) for value in ("1", "2")
    ]
    assert [answer.status_code for answer in answers] == [200, 412]


def test_changes_made_at_once_are_all_kept_in_some_order(api: Api, app: Any, identity: Identity) -> None:
    def change(number: int) -> None:
        client = Api(api.client.application.test_client(), api.token)
        client.ok("PUT", PATH, {"config": {f"P{number}": "1"}, "secrets": {f"S{number}": str(number)}})

    threads = [threading.Thread(target=change, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    connected()
    config = api.ok("GET", PATH)
    assert config["version"] == "v6"
    assert set(config["config"]) == {f"P{number}" for number in range(6)}
    for number in range(6):
        key = f"S{number}"
        row = Secret.get(Secret.key == key)
        # Whoever came second had encrypted for a version that another one took.
        assert identity.read(row.document) == {
            "app": "myapp",
            "key": key,
            "value": str(number),
            "version": row.version,
        }
        assert config["secrets"][key] == f"v{row.version}"


def test_the_same_request_is_carried_out_once(api: Api, app: Any) -> None:
    body = {"config": {"A": "1"}, "secrets": {"B": "canary"}}
    first, second = (api("PUT", PATH, body, headers=KEY) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"] == '"v1"'
    assert ConfigVersion.select().count() == Secret.select().count() == 1
    api.ok("PUT", PATH, {"config": {"A": "2"}})
    assert api("PUT", PATH, body, headers={**KEY, "If-Match": '"v0"'}).data == first.data


def test_the_key_goes_with_one_request_alone(api: Api, app: Any) -> None:
    api.ok("PUT", PATH, {"secrets": {"B": "one"}}, headers=KEY)
    answer = api("PUT", PATH, {"secrets": {"B": "two"}}, headers=KEY)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "idempotency_conflict")
    gone = {"Idempotency-Key": "7a"}
    api.ok("DELETE", f"{PATH}/B?restart=false", headers=gone)
    assert api("DELETE", f"{PATH}/B", headers=gone).get_json()["code"] == "idempotency_conflict"


def test_what_is_kept_of_a_request_helps_nobody_to_guess_a_secret(api: Api, app: Any) -> None:
    api("PUT", PATH, data=b'{"secrets":{"B":"hunter2"}}', content_type="application/json", headers=KEY)
    content = b"\0".join((b"PUT", f"/api/v1{PATH}".encode(), b'{"secrets":{"B":"hunter2"}}'))
    kept = IdempotencyKey.get().fingerprint
    assert kept != hashlib.sha256(content).hexdigest()
    assert kept == hashlib.scrypt(content, salt=b"6f1d", n=2**14, r=8, p=1, dklen=32).hex()
