"""Tokens are made, listed and revoked; what signs in is told once, and kept nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from pvdifyd import clock, tokens
from pvdifyd.models import IdempotencyKey, Token
from pvdifyd.settings import Settings
from tests.api.conftest import Api

CI = {"name": "ci", "scope": "deploy", "apps": ["myapp", "a", "myapp"]}


def days_from_now(text: str) -> float:
    left: timedelta = datetime.fromisoformat(text) - datetime.fromisoformat(clock.now())
    return left / timedelta(days=1)


def test_a_new_token_signs_in(api: Api) -> None:
    answer = api("POST", "/tokens", CI)
    assert answer.status_code == 201
    made = answer.get_json()
    text = made.pop("token")
    assert tokens.is_well_formed(text)
    assert Api(api.client, text).ok("GET", "/whoami")["token"] == "ci"
    assert days_from_now(made.pop("expires_at")) == pytest.approx(90, abs=0.01)
    assert made.pop("created_at") <= clock.now()
    assert made == {
        "name": "ci",
        "scope": "deploy",
        "apps": ["a", "myapp"],
        "status": "active",
        "created_by": "tester",
        "last_used_at": None,
        "revoked_at": None,
    }


def test_the_token_is_told_once_and_kept_nowhere(api: Api, settings: Settings) -> None:
    text = api.ok("POST", "/tokens", CI, headers={"Idempotency-Key": "one"})["token"]
    again = api("POST", "/tokens", CI, headers={"Idempotency-Key": "one"})
    assert (again.status_code, again.get_json()["code"]) == (409, "token_exists")
    assert IdempotencyKey.select().count() == 0
    listed = api("GET", "/tokens").text
    assert '"ci"' in listed
    assert "token" not in api.ok("GET", "/tokens")[0]
    fingerprint = Token.get(Token.name == "ci").sha256
    assert fingerprint not in listed + api("GET", "/audit").text
    kept = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())
    assert text.encode() not in kept


@pytest.mark.parametrize(
    ("given", "days"), [("never", None), ("1d", 1), ("12h", 0.5), ("30m", 1 / 48), ("3650d", 3650)]
)
def test_a_lifetime_is_asked_for(api: Api, given: str, days: float | None) -> None:
    end = api.ok("POST", "/tokens", {**CI, "expires_in": given})["expires_at"]
    assert end is None if days is None else days_from_now(end) == pytest.approx(days, abs=0.01)


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"name": ""}, "name", "token_name"),
        ({"name": "a" * 101}, "name", "token_name"),
        ({"name": "a\n"}, "name", "token_name"),
        ({"name": "a/b"}, "name", "token_name"),
        ({"name": "pvdifyd on its machine"}, "name", "token_name"),
        ({"name": None}, "name", "not_null"),
        ({"scope": "root"}, "scope", "scope"),
        ({"scope": ""}, "scope", "scope"),
        ({"apps": []}, "apps", "token_apps"),
        ({"apps": ["a"] * 101}, "apps", "token_apps"),
        ({"apps": ["My_App"]}, "apps", "app_name"),
        ({"apps": "myapp"}, "apps", "list"),
        ({"apps": [1]}, "apps.0", "string"),
        ({"expires_in": "0d"}, "expires_in", "lifetime"),
        ({"expires_in": "3651d"}, "expires_in", "lifetime"),
        ({"expires_in": "soon"}, "expires_in", "lifetime"),
        ({"expires_in": "90"}, "expires_in", "lifetime"),
        ({"expires_in": 90}, "expires_in", "string"),
        ({"expires_in": None}, "expires_in", "not_null"),
        ({"surprise": 1}, "surprise", "unknown_field"),
    ],
)
def test_each_field_keeps_its_rule(api: Api, changes: dict[str, Any], field: str, rule: str) -> None:
    answer = api("POST", "/tokens", {**CI, **changes})
    assert answer.status_code == 422, answer.text
    body = answer.get_json()
    assert [(error["field"], error["rule"]) for error in body["errors"]] == [(field, rule)]
    assert Token.select().count() == 1


def test_a_token_is_no_name_and_is_not_repeated(api: Api) -> None:
    text = tokens.new()
    answer = api("POST", "/tokens", {**CI, "name": text})
    assert answer.status_code == 422
    assert text not in answer.get_json()["detail"]
    assert text not in api("GET", "/audit").text


def test_a_revoked_token_is_refused_at_once_and_keeps_its_name(api: Api) -> None:
    text = api.ok("POST", "/tokens", CI)["token"]
    assert api("DELETE", "/tokens/ci").status_code == 204
    refused = Api(api.client, text)("GET", "/whoami")
    assert (refused.status_code, refused.get_json()["code"]) == (401, "token_revoked")
    listed = api.ok("GET", "/tokens")
    assert [(row["name"], row["status"]) for row in listed] == [("ci", "revoked"), ("tester", "active")]
    assert listed[0]["revoked_at"] <= clock.now()
    answer = api("POST", "/tokens", CI)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "token_exists")


def test_revoking_again_changes_nothing(api: Api) -> None:
    api.ok("POST", "/tokens", CI)
    api("DELETE", "/tokens/ci")
    first = Token.get(Token.name == "ci").revoked_at
    assert api("DELETE", "/tokens/ci").status_code == 204
    assert Token.get(Token.name == "ci").revoked_at == first


def test_a_token_that_is_not_there_is_not_revoked(api: Api) -> None:
    answer = api("DELETE", "/tokens/nobody")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "token_not_found")
    assert "pvdify tokens" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    "other",
    [
        {"scope": "deploy"},
        {"scope": "admin", "apps": ["myapp"]},
        {"scope": "admin", "expires_at": clock.ago(1)},
        {"scope": "admin", "revoked_at": clock.ago(1)},
    ],
)
def test_the_last_token_that_may_do_everything_stays(api: Api, other: dict[str, Any]) -> None:
    Token.create(name="other", sha256="x", **other)
    answer = api("DELETE", "/tokens/tester")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "last_admin_token")
    assert "tokens:create" in answer.get_json()["detail"]
    assert api("DELETE", "/tokens/other").status_code == 204, "any other one goes"


def test_a_token_may_revoke_itself_where_another_one_may_do_everything(api: Api) -> None:
    api.ok("POST", "/tokens", {"name": "other", "scope": "admin", "expires_in": "never"})
    assert api("DELETE", "/tokens/tester").status_code == 204
    assert api("GET", "/apps").status_code == 401
