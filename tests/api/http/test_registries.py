"""Signing in to registries: who may use it, what is kept of it, and that nothing tells the password again."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from pvdifyd.errors import UnavailableError
from pvdifyd.models import Host, IdempotencyKey, RegistryCredential
from pvdifyd.operations.registries import sign_in
from pvdifyd.settings import Settings
from tests.api.age_identity import Identity, decrypt
from tests.api.conftest import Api

PASSWORD = 'p4ss-"canary"-é\t\\'
BODY = {"username": "acme", "password": PASSWORD}
KEY = {"Idempotency-Key": "6f1d"}


@pytest.fixture
def app(api: Api, prepared: Host) -> Any:
    return api.ok("POST", "/apps", {"name": "myapp"})


def held(identity: Identity) -> Any:
    """What the one document holds."""
    return identity.read(RegistryCredential.get().document)


def test_a_credential_for_all_apps_is_encrypted_for_every_host(
    api: Api, prepared: Host, identity: Identity
) -> None:
    Host.create(name="another", recipient=identity.recipient)
    Host.create(name="unprepared")
    entry = api.ok("PUT", "/registries/ghcr.io", BODY)
    assert entry.pop("created_at")
    assert entry == {
        "registry": "ghcr.io",
        "username": "acme",
        "app": None,
        "hosts": ["another", "demo"],
        "created_by": "tester",
    }
    for row in RegistryCredential.select():
        assert row.recipient == identity.recipient
        assert identity.read(row.document) == {**BODY, "registry": "ghcr.io", "app": None}


def test_an_apps_own_credential_is_for_its_host(api: Api, app: Any, identity: Identity) -> None:
    Host.create(name="another", recipient=identity.recipient)
    entry = api.ok("PUT", "/registries/r.example:5000", {**BODY, "app": "myapp"})
    assert (entry["app"], entry["hosts"]) == ("myapp", ["demo"])
    assert held(identity) == {**BODY, "registry": "r.example:5000", "app": "myapp"}


def test_only_the_host_can_read_it(api: Api, prepared: Host) -> None:
    api.ok("PUT", "/registries/ghcr.io", BODY)
    assert decrypt(RegistryCredential.get().document, {}).returncode != 0


def test_it_is_listed_without_its_password(api: Api, app: Any) -> None:
    api.ok("PUT", "/registries/r.example:5000", {**BODY, "app": "myapp"})
    api.ok("PUT", "/registries/ghcr.io", BODY)
    api.ok("PUT", "/registries/ghcr.io", {**BODY, "app": "myapp", "username": "own"})
    listed = [(one["registry"], one["username"], one["app"]) for one in api.ok("GET", "/registries")]
    assert listed == [
        ("ghcr.io", "acme", None),
        ("ghcr.io", "own", "myapp"),
        ("r.example:5000", "acme", "myapp"),
    ]


def test_the_list_comes_in_pages(api: Api, prepared: Host, identity: Identity) -> None:
    Host.create(name="another", recipient=identity.recipient)
    for registry in ("a.example", "b.example", "c.example"):
        api.ok("PUT", f"/registries/{registry}", BODY)
    answer = api("GET", "/registries?page=2&page_size=2")
    assert [one["registry"] for one in answer.get_json()] == ["c.example"]
    assert '"total": 3' in answer.headers["X-Pagination"]


def test_the_list_of_an_app_is_what_it_signs_in_with(api: Api, app: Any, identity: Identity) -> None:
    away = Host.create(name="away")
    api.ok("POST", "/apps", {"name": "other", "host": "demo"})
    api.ok("PUT", "/registries/ghcr.io", BODY)
    api.ok("PUT", "/registries/r.example", {**BODY, "app": "myapp"})
    api.ok("PUT", "/registries/s.example", {**BODY, "app": "other"})
    # Its own wins, and nobody else's.
    api.ok("PUT", "/registries/r.example", {**BODY, "username": "all"})
    api.ok("PUT", "/registries/ghcr.io", {**BODY, "app": "other"})
    used = [(one["registry"], one["username"]) for one in api.ok("GET", "/registries?app=myapp")]
    assert used == [("ghcr.io", "acme"), ("r.example", "acme")]
    assert [one["registry"] for one in api.ok("GET", "/registries?app=myapp")] == ["ghcr.io", "r.example"]
    api.ok("POST", "/apps", {"name": "distant", "host": away.name, "bind_port": 3000})
    assert api.ok("GET", "/registries?app=distant") == []
    assert api("GET", "/registries?app=nobody").get_json()["code"] == "app_not_found"


def test_a_new_one_replaces_the_one_before(api: Api, app: Any, identity: Identity) -> None:
    api.ok("PUT", "/registries/ghcr.io", {**BODY, "app": "myapp"})
    api.ok("PUT", "/registries/ghcr.io", {"username": "new", "password": "x", "app": "myapp"})
    assert [one["username"] for one in api.ok("GET", "/registries")] == ["new"]
    assert held(identity)["password"] == "x"


@pytest.mark.parametrize(
    "name",
    [
        "docker.io",
        "index.docker.io",
        "registry-1.docker.io",
        "hub.docker.com",
        "Docker.IO",
        "https://index.docker.io/v1/",
        "https:%2F%2Findex.docker.io%2Fv1%2F",
    ],
)
def test_docker_hub_has_one_name(api: Api, prepared: Host, name: str) -> None:
    assert api.ok("PUT", f"/registries/{name}", BODY)["registry"] == "docker.io"
    assert api("DELETE", f"/registries/{name}").status_code == 204


def test_signing_out_forgets_one_of_them(api: Api, app: Any) -> None:
    api.ok("PUT", "/registries/ghcr.io", BODY)
    api.ok("PUT", "/registries/ghcr.io", {**BODY, "app": "myapp"})
    assert api("DELETE", "/registries/ghcr.io").status_code == 204
    assert [one["app"] for one in api.ok("GET", "/registries")] == ["myapp"]
    refused = api("DELETE", "/registries/ghcr.io")
    assert (refused.status_code, refused.get_json()["code"]) == (404, "credential_not_found")
    assert api("DELETE", "/registries/ghcr.io?app=myapp").status_code == 204
    assert api.ok("GET", "/registries") == []


def test_what_a_destroyed_app_signed_in_with_goes_with_it(api: Api, app: Any, worker: Any) -> None:
    api.ok("PUT", "/registries/ghcr.io", {**BODY, "app": "myapp"})
    api.wait(api.ok("DELETE", "/apps/myapp")["id"])
    assert RegistryCredential.select().count() == 0


def test_a_host_without_a_key_has_to_be_prepared_first(api: Api, host: Host) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    for body in (BODY, {**BODY, "app": "myapp"}):
        refused = api("PUT", "/registries/ghcr.io", body)
        assert (refused.status_code, refused.get_json()["code"]) == (409, "host_without_recipient")
        assert "pvdifyd host prepare" in refused.get_json()["detail"]


@pytest.mark.parametrize(
    ("registry", "body", "field", "rule"),
    [
        ("ghcr..io", BODY, "registry", "registry"),
        ("-x", BODY, "registry", "registry"),
        ("a" * 256, BODY, "registry", "registry"),
        ("ghcr.io", {**BODY, "username": "a:b"}, "username", "username"),
        ("ghcr.io", {**BODY, "username": ""}, "username", "username"),
        ("ghcr.io", {**BODY, "username": "a\nb"}, "username", "username"),
        ("ghcr.io", {**BODY, "username": "u" * 256}, "username", "username"),
        ("ghcr.io", {"password": PASSWORD}, "username", "required"),
        ("ghcr.io", {"username": "acme"}, "password", "required"),
        ("ghcr.io", {**BODY, "password": ""}, "password", "password"),
        ("ghcr.io", {**BODY, "password": PASSWORD + "\n"}, "password", "password"),
        ("ghcr.io", {**BODY, "password": PASSWORD + "\0"}, "password", "password"),
        ("ghcr.io", {**BODY, "password": PASSWORD + "x" * 65536}, "password", "password"),
        ("ghcr.io", {**BODY, "password": [PASSWORD]}, "password", "string"),
        ("ghcr.io", {**BODY, "password": None}, "password", "not_null"),
        ("ghcr.io", {**BODY, "passwort": PASSWORD}, "passwort", "unknown_field"),
        ("ghcr.io", {**BODY, "app": "My_App"}, "app", "app_name"),
    ],
)
def test_what_breaks_a_rule_is_named_and_never_repeated(
    api: Api, prepared: Host, registry: str, body: Any, field: str, rule: str
) -> None:
    answer = api("PUT", f"/registries/{registry}", body)
    assert answer.status_code == 422
    (error,) = answer.get_json()["errors"]
    assert (error["field"], error["rule"]) == (field, rule)
    assert "canary" not in answer.text
    assert RegistryCredential.select().count() == 0


@pytest.mark.parametrize("field", ["username", "password", "app"])
def test_no_field_repeats_what_it_was_given(api: Api, prepared: Host, field: str) -> None:
    answer = api("PUT", "/registries/ghcr.io", {**BODY, field: "Canary:\n--canary"})
    assert answer.status_code == 422
    assert "canary" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    "login", ["u:canary@", "u:can@ary-canary@", "https://u:canary@", "u:canary%2Fcanary@", "u:canary%40"]
)
def test_a_login_in_the_registrys_name_is_neither_repeated_nor_logged(
    api: Api, prepared: Host, caplog: pytest.LogCaptureFixture, login: str, method: str
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = api(method, f"/registries/{login}ghcr.io", BODY if method == "PUT" else None)
    assert (answer.status_code, answer.get_json()["errors"][0]["value"]) == (422, "…@ghcr.io")
    assert "HOST or HOST:PORT" in answer.get_json()["detail"]
    assert "canary" not in answer.text
    assert "canary" not in caplog.text
    assert f'{method} "…@ghcr.io" 422' in caplog.text


def test_signing_out_of_one_app_that_is_misspelt_does_not_sign_out_all(api: Api, app: Any) -> None:
    api.ok("PUT", "/registries/ghcr.io", BODY)
    answer = api("DELETE", "/registries/ghcr.io?ap=myapp")
    assert (answer.status_code, answer.get_json()["errors"][0]["rule"]) == (422, "unknown_field")
    assert len(api.ok("GET", "/registries")) == 1


def test_an_app_that_is_not_there_or_on_its_way_out_can_not_sign_in(api: Api, app: Any) -> None:
    refused = api("PUT", "/registries/ghcr.io", {**BODY, "app": "nobody"})
    assert (refused.status_code, refused.get_json()["code"]) == (404, "app_not_found")
    api.ok("DELETE", "/apps/myapp")
    refused = api("PUT", "/registries/ghcr.io", {**BODY, "app": "myapp"})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "app_removing")


def test_the_same_request_gets_the_same_answer(api: Api, prepared: Host) -> None:
    first = api("PUT", "/registries/ghcr.io", BODY, headers=KEY)
    again = api("PUT", "/registries/ghcr.io", BODY, headers=KEY)
    assert (first.status_code, first.data) == (again.status_code, again.data)
    other = api("PUT", "/registries/ghcr.io", {**BODY, "password": "another"}, headers=KEY)
    assert (other.status_code, other.get_json()["code"]) == (409, "idempotency_conflict")
    assert "canary" not in str(IdempotencyKey.get().__data__)


def test_signing_out_is_repeated_with_its_key_and_not_done_twice(api: Api, prepared: Host) -> None:
    api.ok("PUT", "/registries/ghcr.io", BODY)
    first = api("DELETE", "/registries/ghcr.io", headers=KEY)
    again = api("DELETE", "/registries/ghcr.io", headers=KEY)
    assert (first.status_code, first.data) == (again.status_code, again.data) == (204, b"")


def test_where_nothing_can_be_encrypted_the_one_before_stays(
    api: Api, prepared: Host, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.ok("PUT", "/registries/ghcr.io", BODY)

    def broken(bound: Any, recipient: str) -> str:
        raise UnavailableError("sops is not there.", code="sops_unavailable")

    monkeypatch.setattr(sign_in.sops, "encrypt", broken)
    answer = api("PUT", "/registries/ghcr.io", {**BODY, "password": "new"})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "sops_unavailable")
    assert held(identity)["password"] == PASSWORD


def test_the_password_stands_in_no_file_and_no_log(
    api: Api, app: Any, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        api("PUT", "/registries/ghcr.io", BODY, headers=KEY).text,
        api("PUT", "/registries/ghcr.io", {**BODY, "app": "myapp"}).text,
        api("GET", "/registries").text,
    ]
    files = [path.read_bytes() for path in settings.home.rglob("*") if path.is_file()]
    for place in (*files, caplog.text.encode(), *(answer.encode() for answer in answers)):
        assert b"canary" not in place
