"""Setting, reading and removing config vars."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pvdifyd import models
from pvdifyd.models import App, ConfigVersion, Event, Host, Operation, Release, Secret
from tests.api.age_identity import Identity
from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import FakeEngine

AWKWARD = [
    "",
    "a\n",
    "line\nline\r\nline",
    "a=b=c",
    "'\"`\\",
    "$HOME ${X} %h %%",
    "{{ lookup('pipe','id') }}",
    "-----BEGIN KEY-----\nMIIE\n-----END KEY-----\n",
    "🦀 é",
    "x" * 65536,
]


@pytest.fixture
def app(api: Api) -> Any:
    return api.ok("POST", "/apps", {"name": "myapp"})


def put(api: Api, **body: Any) -> Any:
    return api.ok("PUT", "/apps/myapp/config", body)


def document_of(key: str) -> Secret:
    return Secret.select().where(Secret.key == key).order_by(Secret.version.desc()).get()


def test_before_anything_is_set_there_is_no_version(api: Api, app: Any) -> None:
    answer = api("GET", "/apps/myapp/config")
    assert answer.get_json() == {
        "version": None,
        "hash": None,
        "message": None,
        "created_at": None,
        "created_by": None,
        "config": {},
        "secrets": {},
    }
    assert answer.headers["ETag"].startswith('"v0-')


def test_several_keys_in_one_request_are_one_version(api: Api, app: Any) -> None:
    answer = api("PUT", "/apps/myapp/config", {"config": {"B": "2", "A": "1"}, "message": "First."})
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert answer.headers["ETag"].startswith('"v1-')
    made = answer.get_json()
    assert made == {
        "version": "v1",
        "hash": made["hash"],
        "message": "First.",
        "created_at": made["created_at"],
        "created_by": "tester",
        "config": {"A": "1", "B": "2"},
        "secrets": {},
        "changes": ["A", "B"],
        "release": None,
        "operation": None,
    }
    assert len(made["hash"]) == 12
    assert api.ok("GET", "/apps/myapp")["config_version"] == "v1"
    told = ("changes", "release", "operation")
    assert api.ok("GET", "/apps/myapp/config") == {name: made[name] for name in made if name not in told}


def test_what_is_given_is_merged_and_null_removes(api: Api, app: Any) -> None:
    put(api, config={"A": "1", "B": "2", "C": "3"})
    made = put(api, config={"A": "changed", "B": None, "D": "4"})
    assert (made["version"], made["config"]) == ("v2", {"A": "changed", "C": "3", "D": "4"})
    assert made["changes"] == ["A", "B", "D"]


def test_setting_what_is_set_and_removing_what_is_not_there_make_no_version(api: Api, app: Any) -> None:
    put(api, config={"A": "1"})
    tag = api("GET", "/apps/myapp/config").headers["ETag"]
    for body in ({"config": {"A": "1"}}, {"config": {"X": None}}, {"secrets": {"X": None}}, {}):
        answer = api("PUT", "/apps/myapp/config", body)
        assert (answer.status_code, answer.headers["ETag"]) == (200, tag)
        assert (answer.get_json()["version"], answer.get_json()["changes"]) == ("v1", [])
    assert ConfigVersion.select().count() == 1


def test_a_version_never_changes_and_equal_ones_have_equal_hashes(api: Api, app: Any) -> None:
    first = put(api, config={"A": "1"})
    put(api, config={"A": "2"})
    third = put(api, config={"A": "1"})
    assert (third["version"], third["hash"]) == ("v3", first["hash"])
    assert api.ok("GET", "/apps/myapp/config/versions/v2")["config"] == {"A": "2"}


def test_a_secret_is_encrypted_at_once_and_never_shown(
    api: Api, app: Any, prepared: Host, identity: Identity
) -> None:
    put(api, config={"PLAIN": "1"})
    answer = api("PUT", "/apps/myapp/config", {"secrets": {"TOKEN": "canary-7f3a"}})
    assert "canary" not in answer.text
    assert answer.get_json()["secrets"] == {"TOKEN": "v2"}
    assert answer.get_json()["config"] == {"PLAIN": "1"}
    assert "canary" not in api("GET", "/apps/myapp/config").text
    assert api.ok("GET", "/apps/myapp/config/TOKEN") == {
        "key": "TOKEN",
        "value": None,
        "secret": True,
        "version": "v2",
    }
    row = document_of("TOKEN")
    assert row.recipient == identity.recipient
    bound = {"app": "myapp", "key": "TOKEN", "value": "canary-7f3a", "version": 2}
    assert identity.read(row.document) == bound


def test_a_secret_that_is_set_again_is_always_a_change(api: Api, app: Any, prepared: Host) -> None:
    put(api, secrets={"TOKEN": "same"})
    again = put(api, secrets={"TOKEN": "same"})
    assert (again["version"], again["changes"], again["secrets"]) == ("v2", ["TOKEN"], {"TOKEN": "v2"})


def test_a_secret_keeps_its_version_while_others_change(api: Api, app: Any, prepared: Host) -> None:
    put(api, secrets={"TOKEN": "a", "OTHER": "b"})
    made = put(api, config={"PLAIN": "1"}, secrets={"OTHER": "c"})
    assert made["secrets"] == {"OTHER": "v2", "TOKEN": "v1"}


def test_a_secret_stays_one_until_it_is_unset(api: Api, app: Any, prepared: Host, identity: Identity) -> None:
    put(api, secrets={"TOKEN": "a"})
    again = api("PUT", "/apps/myapp/config", {"config": {"TOKEN": "canary"}})
    assert "canary" not in again.text
    assert (again.get_json()["secrets"], again.get_json()["config"]) == ({"TOKEN": "v2"}, {})
    assert identity.read(document_of("TOKEN").document)["value"] == "canary"
    api.ok("DELETE", "/apps/myapp/config/TOKEN")
    assert put(api, config={"TOKEN": "public"})["config"] == {"TOKEN": "public"}


def test_a_plain_one_becomes_a_secret_when_that_is_asked(api: Api, app: Any, prepared: Host) -> None:
    put(api, config={"TOKEN": "a"})
    made = put(api, secrets={"TOKEN": "b"})
    assert (made["config"], made["secrets"], made["changes"]) == ({}, {"TOKEN": "v2"}, ["TOKEN"])


def test_null_removes_whichever_it_is(api: Api, app: Any, prepared: Host) -> None:
    put(api, config={"PLAIN": "1"}, secrets={"SECRET": "2"})
    made = put(api, config={"SECRET": None}, secrets={"PLAIN": None})
    assert (made["config"], made["secrets"], made["changes"]) == ({}, {}, ["PLAIN", "SECRET"])


def test_a_host_without_a_key_takes_plain_vars_alone(api: Api, app: Any) -> None:
    put(api, config={"A": "1"})
    answer = api("PUT", "/apps/myapp/config", {"secrets": {"TOKEN": "canary"}})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "host_without_recipient")
    assert "pvdifyd host prepare demo" in answer.get_json()["detail"]
    assert "canary" not in answer.text
    assert ConfigVersion.select().count() == 1


def test_one_var_is_read_and_removed(api: Api, app: Any) -> None:
    put(api, config={"A": "1", "B": "2"})
    assert api.ok("GET", "/apps/myapp/config/A") == {
        "key": "A",
        "value": "1",
        "secret": False,
        "version": None,
    }
    made = api.ok("DELETE", "/apps/myapp/config/A?message=Gone.")
    assert (made["version"], made["changes"], made["message"]) == ("v2", ["A"], "Gone.")
    for method in ("GET", "DELETE"):
        answer = api(method, "/apps/myapp/config/A")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "config_key_not_found")
    assert api("DELETE", "/apps/myapp/config/B?restart=perhaps").status_code == 422


def test_a_key_that_an_address_could_mistake_is_removed_as_any_other(api: Api, app: Any) -> None:
    put(api, config={"versions": "1"})
    assert api.ok("DELETE", "/apps/myapp/config/versions")["changes"] == ["versions"]


def test_versions_are_listed_newest_first(api: Api, app: Any) -> None:
    put(api, config={"A": "1"}, message="First.")
    put(api, config={"B": "2"})
    listed = api.ok("GET", "/apps/myapp/config/versions")
    assert [one["version"] for one in listed] == ["v2", "v1"]
    assert listed[1] == {
        "version": "v1",
        "created_at": listed[1]["created_at"],
        "created_by": "tester",
        "message": "First.",
        "hash": listed[1]["hash"],
        "changes": ["A"],
        "current": False,
    }
    assert listed[0]["current"]
    page = api("GET", "/apps/myapp/config/versions?page=2&page_size=1")
    assert [one["version"] for one in page.get_json()] == ["v1"]


def test_what_versions_hold_is_not_read_to_list_them(api: Api, app: Any) -> None:
    put(api, config={"A": "1"})
    models.database.execute_sql("""UPDATE config_version SET "values" = 'no JSON', secrets = 'nor this'""")
    assert [one["changes"] for one in api.ok("GET", "/apps/myapp/config/versions")] == [["A"]]


@pytest.mark.parametrize("named", ["v1", "1"])
def test_a_version_is_shown_by_its_name_or_number(api: Api, app: Any, named: str) -> None:
    put(api, config={"A": "1"})
    put(api, config={"A": "2"})
    shown = api.ok("GET", f"/apps/myapp/config/versions/{named}")
    assert (shown["version"], shown["config"], shown["changes"]) == ("v1", {"A": "1"}, ["A"])
    assert shown["current"] is False


@pytest.mark.parametrize("named", ["v0", "v2", "vv1", "v-1", "latest", "9" * 19, "9" * 40, "\uff11"])
def test_a_version_that_is_not_there_is_not_found(api: Api, app: Any, named: str) -> None:
    put(api, config={"A": "1"})
    answer = api("GET", f"/apps/myapp/config/versions/{named}")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "config_version_not_found")


def test_nothing_is_there_of_an_app_that_is_not(api: Api) -> None:
    for method, path in (
        ("GET", "/config"),
        ("PUT", "/config"),
        ("GET", "/config/A"),
        ("DELETE", "/config/A"),
        ("GET", "/config/versions"),
        ("GET", "/config/versions/v1"),
    ):
        answer = api(method, f"/apps/nothing{path}", {} if method == "PUT" else None)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "app_not_found")


def test_an_app_on_its_way_out_keeps_its_config(api: Api, app: Any) -> None:
    api.ok("DELETE", "/apps/myapp")
    answer = api("PUT", "/apps/myapp/config", {"config": {"A": "1"}})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "app_removing")


def test_a_destroyed_apps_config_goes_with_it(
    api: Api, app: Any, prepared: Host, worker: RunningWorker
) -> None:
    put(api, config={"A": "1"}, secrets={"B": "2"})
    api.wait(api.ok("DELETE", "/apps/myapp")["id"])
    assert [model.select().count() for model in (App, ConfigVersion, Secret)] == [0, 0, 0]


KEY = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True).filter(
    lambda key: key != "PORT" and not key.startswith("PVDIFY_")
)
VALUE = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=40)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plain=st.dictionaries(KEY, VALUE, max_size=4), secret=st.dictionaries(KEY, VALUE, max_size=3))
def test_values_come_back_as_they_were_and_reach_the_host_so(
    api: Api,
    prepared: Host,
    identity: Identity,
    plain: dict[str, str],
    secret: dict[str, str],
) -> None:
    Event.delete().execute()
    Operation.delete().execute()
    App.delete().execute()
    api.ok("POST", "/apps", {"name": "myapp", "image": "nginx"})
    plain = {key: value for key, value in plain.items() if key not in secret}
    put(api, config=plain, secrets=secret)
    assert api.ok("GET", "/apps/myapp/config")["config"] == plain
    rows = {row.key: identity.read(row.document) for row in Secret.select()}
    assert {key: bound["value"] for key, bound in rows.items()} == secret


def test_awkward_values_reach_the_host_as_they_are(
    api: Api, app: Any, prepared: Host, identity: Identity, worker: RunningWorker, engine: FakeEngine
) -> None:
    values = {f"V{number}": value for number, value in enumerate(AWKWARD)}
    put(api, config=values)
    put(api, secrets={f"S{number}": value for number, value in enumerate(AWKWARD[:-1])})
    assert api.ok("GET", "/apps/myapp/config")["config"] == values
    release = api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})
    assert release["config_version"] == "v2"
    api.wait(release["operation"])
    told = engine.runs[-1].document["apps"]["myapp"]["environment"]
    assert (told["version"], told["values"]) == (2, values)
    for number, value in enumerate(AWKWARD[:-1]):
        secret = told["secrets"][f"S{number}"]
        assert secret["digest"] == release["secrets"][f"S{number}"]["digest"]
        assert identity.read(secret["document"]) == {
            "app": "myapp",
            "key": f"S{number}",
            "value": value,
            "version": 2,
        }
    assert Release.get().secrets["S0"]["version"] == 2


def test_a_var_called_versions_is_read_with_the_whole_config(api: Api, app: Any) -> None:
    put(api, config={"versions": "mine"})
    assert [one["version"] for one in api.ok("GET", "/apps/myapp/config/versions")] == ["v1"]
    assert api.ok("GET", "/apps/myapp/config")["config"] == {"versions": "mine"}
    assert put(api, config={"versions": None})["config"] == {}
