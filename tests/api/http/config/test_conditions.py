"""Nobody's change is lost: tags say which config one was made for, and a key that a request is carried out once."""

from __future__ import annotations

import hashlib
import threading
from typing import Any

import pytest

from pvdifyd.models import ConfigVersion, Host, IdempotencyKey, Secret, connected
from tests.api.age_identity import Identity
from tests.api.conftest import Api, RunningWorker

PATH = "/apps/myapp/config"
KEY = {"Idempotency-Key": "6f1d"}


@pytest.fixture
def app(api: Api, prepared: Host) -> Any:
    return api.ok("POST", "/apps", {"name": "myapp", "image": "nginx"})


def in_tags(api: Api, text: str) -> str:
    """The text, with what tags of this app's config have beside the version for APP."""
    version, _, app = api("GET", PATH).headers["ETag"].strip('"').partition("-")
    assert version == (api.ok("GET", PATH)["version"] or "v0")
    return text.replace("APP", app)


def test_what_is_known_is_not_sent_again(api: Api, app: Any) -> None:
    v0, both = in_tags(api, '"v0-APP"'), in_tags(api, 'W/"v1-APP", "v0-APP"')
    assert api("GET", PATH, headers={"If-None-Match": v0}).status_code == 304
    api.ok("PUT", PATH, {"config": {"A": "1"}})
    assert api("GET", PATH, headers={"If-None-Match": v0}).status_code == 200
    known = api("GET", PATH, headers={"If-None-Match": both})
    assert (known.status_code, known.headers["ETag"], known.data) == (304, in_tags(api, '"v1-APP"'), b"")


@pytest.mark.parametrize("tag", ['"v1-APP"', 'W/"v1-APP"', '"v7-APP", "v1-APP"', "*"])
def test_a_change_of_what_is_there_is_made(api: Api, app: Any, tag: str) -> None:
    api.ok("PUT", PATH, {"config": {"A": "1"}})
    answer = api("PUT", PATH, {"config": {"A": "2"}}, headers={"If-Match": in_tags(api, tag)})
    assert (answer.status_code, answer.headers["ETag"]) == (200, in_tags(api, '"v2-APP"'))


def test_the_config_of_another_app_of_that_name_is_another_one(
    api: Api, app: Any, worker: RunningWorker
) -> None:
    tags = [api("GET", PATH).headers["ETag"], api("PUT", PATH, {"config": {"A": "1"}}).headers["ETag"]]
    api.wait(api.ok("DELETE", "/apps/myapp")["id"])
    api.ok("POST", "/apps", {"name": "myapp"})
    for tag, config in zip(tags, ({}, {"A": "another"}), strict=True):
        api.ok("PUT", PATH, {"config": config})
        assert api("GET", PATH, headers={"If-None-Match": tag}).status_code == 200
        assert api("PUT", PATH, {"config": {"B": "2"}}, headers={"If-Match": tag}).status_code == 412


@pytest.mark.parametrize(
    "tag", ['"v0-APP"', '"v2-APP"', 'W/"v2-APP"', "", '"1-APP"', '"v1-0APP"', '"v1"', '"1"']
)
def test_a_change_of_what_was_there_is_refused(api: Api, app: Any, tag: str) -> None:
    api.ok("PUT", PATH, {"config": {"A": "1"}})
    tag = in_tags(api, tag)
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
    before = {"If-Match": in_tags(api, '"v0-APP"')}
    answers = [api("PUT", PATH, {"config": {"A": value}}, headers=before) for value in ("1", "2")]
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
    before = in_tags(api, '"v0-APP"')
    first, second = (api("PUT", PATH, body, headers=KEY) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"] == in_tags(api, '"v1-APP"')
    assert ConfigVersion.select().count() == Secret.select().count() == 1
    api.ok("PUT", PATH, {"config": {"A": "2"}})
    assert api("PUT", PATH, body, headers={**KEY, "If-Match": before}).data == first.data


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
