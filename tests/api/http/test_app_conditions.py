"""ETag, If-None-Match and If-Match of an app: nothing is read twice, and nobody's change is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api


@pytest.fixture
def tag(api: Api) -> str:
    """The tag of an app that is there."""
    return str(api("POST", "/apps", {"name": "myapp"}).headers["ETag"])


def test_what_is_known_is_not_sent_again(api: Api, tag: str) -> None:
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = api("GET", "/apps/myapp", headers={"If-None-Match": known})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert api("GET", "/apps/myapp", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_change_has_another_tag(api: Api, tag: str) -> None:
    changed = api("PATCH", "/apps/myapp", {"image": "nginx"}).headers["ETag"]
    assert changed != tag
    assert api("GET", "/apps/myapp", headers={"If-None-Match": tag}).headers["ETag"] == changed


def test_what_a_release_changes_has_another_tag_too(api: Api, tag: str) -> None:
    api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})
    assert api("GET", "/apps/myapp").headers["ETag"] != tag


def test_a_change_that_changes_nothing_keeps_the_tag(api: Api, tag: str) -> None:
    assert api("PATCH", "/apps/myapp", {"image": None}).headers["ETag"] == tag


@pytest.mark.parametrize(
    ("method", "body"),
    [("PUT", {"name": "myapp", "image": "mine"}), ("PATCH", {"image": "mine"}), ("DELETE", None)],
)
def test_nobody_s_change_is_overwritten(api: Api, tag: str, method: str, body: Any) -> None:
    api.ok("PATCH", "/apps/myapp", {"image": "theirs"})
    answer = api(method, "/apps/myapp", body, headers={"If-Match": tag})
    assert (answer.status_code, answer.get_json()["code"]) == (412, "precondition_failed")
    assert "pvdify apps:info myapp" in answer.get_json()["detail"]
    app = api.ok("GET", "/apps/myapp")
    assert (app["image"], app["status"]) == ("theirs", "empty")


@pytest.mark.parametrize("known", ["{tag}", "W/{tag}", "*"])
@pytest.mark.parametrize(
    ("method", "body"),
    [("PUT", {"name": "myapp", "image": "mine"}), ("PATCH", {"image": "mine"}), ("DELETE", None)],
)
def test_a_change_of_what_was_read_is_made(api: Api, tag: str, method: str, body: Any, known: str) -> None:
    headers = {"If-Match": known.format(tag=tag)}
    assert api(method, "/apps/myapp", body, headers=headers).status_code in (200, 202)


def test_an_app_that_is_gone_is_not_made_again_by_a_change(api: Api) -> None:
    answer = api("PUT", "/apps/myapp", {"name": "myapp"}, headers={"If-Match": "*"})
    assert answer.get_json()["code"] == "precondition_failed"
    assert api("GET", "/apps/myapp").status_code == 404


def test_a_new_app_replaces_none_that_came_meanwhile(api: Api, tag: str) -> None:
    new = {"If-None-Match": "*"}
    answer = api("PUT", "/apps/myapp", {"name": "myapp"}, headers=new)
    assert answer.get_json()["code"] == "precondition_failed"
    assert api("PUT", "/apps/other", {"name": "other"}, headers=new).status_code == 201
