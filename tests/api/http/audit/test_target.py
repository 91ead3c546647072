"""What is kept of a request for ever: what it was about, and never what may be a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pvdifyd import tokens
from pvdifyd.http.audit.target import HIDDEN, WHOLE_LIMIT
from pvdifyd.models import AuditEntry, Host
from tests.api.conftest import Api

CANARY = "canary-7f3a"


@pytest.fixture
def app(api: Api, prepared: Host) -> Any:
    return api.ok("POST", "/apps", {"name": "myapp"})


def kept(api: Api, *request: Any, **options: Any) -> Any:
    """What the newest entry has of the request."""
    before = AuditEntry.select().count()
    api(*request, **options)
    assert AuditEntry.select().count() == before + 1
    return json.loads(AuditEntry.select().order_by(AuditEntry.id.desc()).get().target)


def test_of_config_and_secrets_the_keys_are_kept(api: Api, app: Any) -> None:
    body = {
        "config": {"A": CANARY, "OLD": None},
        "secrets": {"B": CANARY},
        "message": CANARY,
        "restart": False,
    }
    assert kept(api, "PUT", "/apps/myapp/config", body) == {
        "config": {"A": HIDDEN, "OLD": None},
        "secrets": {"B": HIDDEN},
        "message": HIDDEN,
        "restart": False,
    }
    assert kept(api, "DELETE", "/apps/myapp/config/A?restart=false&message=canary") == {
        "key": "A",
        "restart": "false",
        "message": HIDDEN,
    }


def test_of_a_sign_in_to_a_registry_neither_password_nor_name(api: Api, app: Any) -> None:
    body = {"username": CANARY, "password": CANARY, "app": "myapp"}
    assert kept(api, "PUT", "/registries/ghcr.io", body) == {
        "registry": "ghcr.io",
        "username": HIDDEN,
        "password": HIDDEN,
        "app": "myapp",
    }


def test_of_an_app_what_is_no_text_of_its_own(api: Api, app: Any) -> None:
    changes = {
        "image": "nginx:2",
        "processes": {"web": {"command": f"run --key {CANARY}", "count": 2}},
        "resources": {"memory": "64M", "cpu": 0.5},
        "healthcheck": {"path": f"/{CANARY}", "interval": "30s"},
    }
    assert kept(api, "PATCH", "/apps/myapp", changes) == {
        "image": "nginx:2",
        "processes": {"web": {"command": HIDDEN, "count": 2}},
        "resources": {"memory": "64M", "cpu": 0.5},
        "healthcheck": {"path": HIDDEN, "interval": "30s"},
    }
    assert kept(api, "POST", "/apps/myapp/ps/scale", {"processes": {"web": 3}}) == {"processes": {"web": 3}}


def test_of_a_token_all_but_itself(api: Api) -> None:
    body = {"name": "ci", "scope": "deploy", "apps": ["a", "b"], "expires_in": "1d"}
    assert kept(api, "POST", "/tokens", body) == body
    assert kept(api, "POST", "/tokens", {**body, "name": tokens.new()})["name"] == f"pvd_{HIDDEN}"
    for name in ("ci", "anna@laptop"):
        assert kept(api, "DELETE", f"/tokens/{name}") == {"name": name}


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_of_a_registry_no_login(api: Api, prepared: Host, method: str) -> None:
    body = {"username": "u", "password": CANARY} if method == "PUT" else None
    for login in (f"u:{CANARY}@", f"https://u:{CANARY}@"):
        assert kept(api, method, f"/registries/{login}ghcr.io", body)["registry"] == f"{HIDDEN}@ghcr.io"


@pytest.mark.parametrize(
    "image",
    [f"https://u:{CANARY}@ghcr.io/acme/app:v1", f"u:{CANARY}@ghcr.io/acme/app", f"{CANARY}:", 5551234],
)
def test_of_an_image_that_is_none_nothing(api: Api, app: Any, image: Any) -> None:
    for method, path in (("POST", "/apps/myapp/releases"), ("PATCH", "/apps/myapp")):
        assert kept(api, method, path, {"image": image}) == {"image": HIDDEN}


@pytest.mark.parametrize("image", ["ghcr.io/acme/app:v1", f"nginx@sha256:{'ab' * 32}", None])
def test_of_an_image_that_is_one_all(api: Api, app: Any, image: Any) -> None:
    assert kept(api, "POST", "/apps/myapp/releases", {"image": image}) == {"image": image}


@pytest.mark.parametrize(
    "body",
    [
        {"tokens": {"TOKEN": CANARY}},
        {"config": CANARY},
        {"config": [CANARY]},
        {"config": {"image": CANARY, "count": 5551234}},
        {"config": {"A": {"B": {"C": CANARY}}}},
        {"config": {CANARY: "x"}},
        {"resources.memory": CANARY},
        {CANARY: 1},
        {"secrets": {"PIN": 5551234}},
        {"image": [CANARY]},
        {"name": {"name": CANARY}},
        [CANARY],
        CANARY,
    ],
)
def test_a_secret_in_the_wrong_place_is_not_kept(api: Api, app: Any, body: Any) -> None:
    api("PUT", "/apps/myapp/config", body)
    for row in AuditEntry.select():
        assert "canary" not in str(row.__data__)
        assert "5551234" not in row.target


def test_a_body_that_is_no_json_is_not_kept(api: Api, app: Any) -> None:
    for data, content_type in (
        (CANARY, "application/json"),
        (CANARY, "text/plain"),
        ("", "application/json"),
    ):
        target = kept(api, "PUT", "/apps/myapp/config", data=data, content_type=content_type)
        assert target == {}
    assert kept(api, "PUT", "/apps/myapp/config", {"config": {"A": "x" * 2**20}}) == {}, "413"


def test_a_large_request_is_kept_in_short(api: Api, app: Any) -> None:
    many = {f"KEY_{number}": "x" for number in range(60)}
    target = kept(api, "PUT", "/apps/myapp/config", {"config": many})
    assert len(target["config"]) == 51
    assert target["config"][HIDDEN] == "10 more"
    long = {f"{'K' * 120}{number}": {f"{'L' * 120}{inner}": 1 for inner in range(50)} for number in range(50)}
    assert kept(api, "PUT", "/apps/myapp/config", {"config": long}) == {"too_large": True}
    assert len(kept(api, "POST", "/apps", {"name": "x" * 5000})["name"]) == 201


texts = st.text(max_size=20)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.dictionaries(st.sampled_from(["name", "processes", "apps", "config", "resources", "x"]), anything))
def test_whatever_is_sent_the_entry_is_short_and_can_be_read(api: Api, body: Any) -> None:
    target = kept(api, "POST", "/apps", body)
    assert len(json.dumps(target)) <= WHOLE_LIMIT + 1000
    assert isinstance(target, dict)
