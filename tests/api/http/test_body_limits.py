"""What a body may be: JSON, of bounded depth and count. Both are looked at before it is read."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.errors import PvdifydError
from pvdifyd.http.json_text import DEPTH_LIMIT, VALUES_LIMIT, parse_json
from pvdifyd.models import App, AuditEntry
from tests.api.conftest import Api

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def answered(api: Api, data: bytes, media: str = JSON) -> tuple[int, Any]:
    answer = api("POST", "/apps", data=data, content_type=media)
    return answer.status_code, answer.get_json()


def refusal(data: bytes) -> str:
    """The code that the text is refused with, "" where it is read."""
    try:
        parse_json(data)
    except PvdifydError as error:
        return error.code
    return ""


def nested(depth: int) -> bytes:
    return b'{"a":' * (depth - 1) + b"[]" + b"}" * (depth - 1)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_what_is_nested_too_deeply_is_refused(api: Api, opening: bytes) -> None:
    status, problem = answered(api, opening * (DEPTH_LIMIT + 1))
    assert (status, problem["code"]) == (400, "nested_too_deeply")
    assert "32 objects and lists" in problem["detail"]
    assert App.select().count() == 0


def test_the_last_level_that_is_allowed_is_read() -> None:
    assert refusal(nested(DEPTH_LIMIT)) == ""
    assert refusal(nested(DEPTH_LIMIT + 1)) == "nested_too_deeply"


def test_too_many_keys_or_items_are_refused(api: Api) -> None:
    keys = {f"KEY_{number}": "x" for number in range(VALUES_LIMIT + 1)}
    for body in (keys, {"name": "myapp", "apps": [1] * VALUES_LIMIT}, {"name": [[]] * VALUES_LIMIT}):
        status, problem = answered(api, json.dumps(body).encode())
        assert (status, problem["code"]) == (413, "too_many_values")
        assert "10000 keys and list items" in problem["detail"]
    assert App.select().count() == 0


def test_brackets_and_commas_in_a_text_are_text() -> None:
    text = "[" * 100 + "," * 20_000 + '{"\\' * 50
    for value in ({"a": text}, [text, text], {text: {}}):
        assert parse_json(json.dumps(value).encode()) == value
        assert parse_json(json.dumps(value, ensure_ascii=False, indent=4).encode()) == value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_what_is_json_and_small_is_read_as_json_says(value: Any, as_ascii: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=as_ascii).encode()) == value


@given(st.binary(max_size=300) | st.text(alphabet='[]{},:"\\a1 ', max_size=300).map(str.encode))
def test_nothing_gets_past_with_anything_but_a_refusal_of_ours(data: bytes) -> None:
    assert refusal(data) in ("", "invalid_json", "nested_too_deeply", "too_many_values")


@pytest.mark.parametrize(
    "pattern", [b'"', b'\\"', b'"\\', b"[", b"]", b"{}", b",", b'"a",', b'"\\"",', b'{"":', b"\\", b"\xff"]
)
def test_a_whole_body_of_anything_is_looked_at_quickly(pattern: bytes) -> None:
    body = (b'{"name":"' + pattern * (1024 * 1024 // len(pattern)))[: 1024 * 1024]
    began = time.process_time()
    assert refusal(body) != ""
    assert time.process_time() - began < 1


def test_curl_says_form_of_what_it_is_given_and_a_json_object_is_taken_all_the_same(api: Api) -> None:
    status, app = answered(api, b'{"name":"myapp"}', FORM)
    assert (status, app["name"]) == (201, "myapp")
    # As `curl -d` sends it, with a charset that some clients add.
    status, release = answered(api, b' \n{"name": "other", "image": "nginx"}', f"{FORM}; charset=utf-8")
    assert (status, release["image"]) == (201, "nginx")
    assert (
        AuditEntry.select().order_by(AuditEntry.id.desc()).first().target
        == '{"image":"nginx","name":"other"}'
    )


@pytest.mark.parametrize(
    "data", [b"name=myapp", b'["myapp"]', b'"myapp"', b"{name: myapp}", b'{"name":"myapp"', b"%7B%7D", b"{}="]
)
def test_all_else_that_comes_as_a_form_is_refused(api: Api, data: bytes) -> None:
    status, problem = answered(api, data, FORM)
    assert (status, problem["code"]) == (415, "unsupported_media_type")
    assert "Content-Type: application/json" in problem["detail"]
    assert "JSON object" in problem["detail"]


def test_the_limits_hold_for_what_comes_as_a_form_too(api: Api) -> None:
    assert answered(api, nested(DEPTH_LIMIT + 1), FORM)[1]["code"] == "nested_too_deeply"
    assert answered(api, b"{" + b"," * VALUES_LIMIT, FORM)[1]["code"] == "too_many_values"


@pytest.mark.parametrize("media", [FORM, "text/plain", "multipart/form-data", "text/json", JSON + "l"])
def test_no_type_of_body_spares_the_token(api: Api, media: str) -> None:
    """A page of another site can send these types with a person's cookies, and never a token."""
    answer = api.client.post("/api/v1/apps", data=b'{"name":"myapp"}', content_type=media)
    assert answer.status_code == 401
    assert App.select().count() == 0
