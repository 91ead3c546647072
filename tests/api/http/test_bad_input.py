"""Bad input gets a clear problem with its code, and changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pvdifyd.models import App, Operation, Release
from tests.api.conftest import Api, RunningWorker

EXPLOIT = "{{ lookup('pipe','touch /tmp/x') }}"


def refused(api: Api, status: int, code: str, *request: Any, **options: Any) -> Any:
    before = [(model, model.select().count()) for model in (App, Release, Operation)]
    answer = api(*request, **options)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json()
    assert body["code"] == code
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert "Traceback" not in answer.text
    assert [(model, model.select().count()) for model, _ in before] == before
    return body


@pytest.mark.parametrize(
    "name", ["My_App", "../x", "a\n", "a" * 300, "", "a\0", EXPLOIT, "%h", "x--y", None, 5, True, [], {}]
)
def test_a_bad_name_is_refused(api: Api, name: Any) -> None:
    body = refused(api, 422, "validation_failed", "POST", "/apps", {"name": name})
    assert [error["field"] for error in body["errors"]] == ["name"]


def test_a_refusal_names_field_value_rule_and_way_out(api: Api) -> None:
    body = refused(api, 422, "validation_failed", "POST", "/apps", {"name": "My_App"})
    assert body["errors"] == [
        {"field": "name", "value": "My_App", "rule": "app_name", "message": body["errors"][0]["message"]}
    ]
    assert "my-app" in body["errors"][0]["message"]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"query": 1}, "query", "processes, resources."),
        ({"imge": "nginx"}, "imge", "Unknown field; did you mean image?"),
        ({"Bind_Port": 3000}, "Bind_Port", "Unknown field; did you mean bind_port?"),
        ({"processes": {"web": {"comand": "run"}}}, "processes.web.comand", "did you mean command?"),
        ({"healthcheck": {"path": "/", "retry": 1}}, "healthcheck.retry", "did you mean retries?"),
        ({"resources": {"disk": "1G"}}, "resources.disk", "Unknown field; what can be here: cpu, memory."),
        (
            {"processes": {"query": {"count": 1, "scale": 2}}},
            "processes.query.scale",
            "can be here: command, count, overlap.",
        ),
        ({"processes": {"value": {"value": 1}}}, "processes.value.value", "Unknown field: leave it out."),
    ],
)
def test_an_unknown_field_is_told_of_the_nearest_one(
    api: Api, changes: dict[str, Any], field: str, said: str
) -> None:
    body = refused(api, 422, "validation_failed", "POST", "/apps", {"name": "myapp", **changes})
    (error,) = body["errors"]
    assert (error["field"], error["rule"]) == (field, "unknown_field")
    assert error["message"].endswith(said)
    assert "value" not in error or error["value"] is None
    assert said in body["detail"]


@pytest.mark.parametrize(
    "image", ["--privileged", "a;id", "$(id)", "nginx\n", EXPLOIT, "%h", "a b", "A/B", "x" * 600]
)
def test_a_bad_image_is_refused(api: Api, image: str) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    for request in (
        ("POST", "/apps", {"name": "other", "image": image}),
        ("POST", "/apps/myapp/releases", {"image": image}),
    ):
        body = refused(api, 422, "invalid_image", *request)
        assert body["errors"][0]["rule"] == "image_reference"
        assert body["errors"][0]["field"] == "image"


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"surprise": 1}, "surprise", "unknown_field"),
        ({"environment": "staging"}, "environment", "environment_suffix"),
        ({"environment": "test"}, "environment", "invalid"),
        ({"host": "nowhere"}, "host", "known_host"),
        ({"host": "No_Where"}, "host", "host_name"),
        ({"bind_port": 80}, "bind_port", "whole_number"),
        ({"bind_port": "3000"}, "bind_port", "whole_number"),
        ({"bind_port": True}, "bind_port", "whole_number"),
        ({"bind_port": 3000.0}, "bind_port", "whole_number"),
        ({"bind_port": 10**100}, "bind_port", "whole_number"),
        ({"container_port": 0}, "container_port", "whole_number"),
        ({"container_port": 65536}, "container_port", "whole_number"),
        ({"processes": {}}, "processes", "process_types"),
        ({"processes": []}, "processes", "object"),
        ({"processes": {"web": 1}}, "processes.web", "object"),
        ({"processes": {"we-b": {"count": 1}}}, "processes.we-b", "process_type"),
        ({"processes": {"web": {"count": 101}}}, "processes.web.count", "whole_number"),
        ({"processes": {"web": {"count": -1}}}, "processes.web.count", "whole_number"),
        ({"processes": {"web": {"command": "a\nb"}}}, "processes.web.command", "command"),
        ({"processes": {"web": {"command": "a\0b"}}}, "processes.web.command", "command"),
        ({"processes": {"web": {"command": "a 'b"}}}, "processes.web.command", "command"),
        ({"processes": {"web": {"command": " "}}}, "processes.web.command", "command"),
        ({"processes": {"web": {"command": "x" * 4097}}}, "processes.web.command", "command"),
        ({"processes": {"web": {"count": "two"}}}, "processes.web.count", "whole_number"),
        ({"processes": {"../x": {}}}, "processes.../x", "process_type"),
        ({"processes": {"my-web": {}}}, "processes.my-web", "process_type"),
        ({"processes": {"x" * 100: {}}}, f"processes.{'x' * 100}", "process_type"),
        ({"processes": {"web": {"overlap": 1}}}, "processes.web.overlap", "boolean"),
        ({"processes": {"web": {"overlap": False}}}, "processes", "web_overlaps"),
        ({"processes": {"web": {"overlap": "no"}}}, "processes.web.overlap", "boolean"),
        ({"processes": {"value": {"value": 1}}}, "processes.value.value", "unknown_field"),
        ({"resources": {"memory": "lots"}}, "resources.memory", "memory"),
        ({"resources": {"memory": "1M"}}, "resources.memory", "memory"),
        ({"resources": {"memory": "512"}}, "resources.memory", "memory"),
        ({"resources": {"memory": "512m"}}, "resources.memory", "memory"),
        ({"resources": {"memory": "512M\n"}}, "resources.memory", "memory"),
        ({"resources": {"memory": "1.5G"}}, "resources.memory", "memory"),
        ({"resources": {"memory": "infinity"}}, "resources.memory", "memory"),
        ({"resources": {"memory": "2000T"}}, "resources.memory", "memory"),
        ({"resources": {"memory": 512}}, "resources.memory", "string"),
        ({"resources": {"cpu": 0}}, "resources.cpu", "cpu"),
        ({"resources": {"cpu": -1}}, "resources.cpu", "cpu"),
        ({"resources": {"cpu": 0.001}}, "resources.cpu", "cpu"),
        ({"resources": {"cpu": 0.125}}, "resources.cpu", "cpu"),
        ({"resources": {"cpu": 10**400}}, "resources.cpu", "cpu"),
        ({"resources": {"cpu": True}}, "resources.cpu", "cpu"),
        ({"resources": {"cpu": "0.5"}}, "resources.cpu", "cpu"),
        ({"resources": {"disk": "1G"}}, "resources.disk", "unknown_field"),
        ({"resources": None}, "resources", "not_null"),
        ({"healthcheck": {}}, "healthcheck.path", "required"),
        ({"healthcheck": {"path": "health"}}, "healthcheck.path", "path"),
        ({"healthcheck": {"path": "//evil"}}, "healthcheck.path", "path"),
        ({"healthcheck": {"path": "/a b"}}, "healthcheck.path", "path"),
        ({"healthcheck": {"path": "/a\n"}}, "healthcheck.path", "path"),
        ({"healthcheck": {"path": "http://evil/health"}}, "healthcheck.path", "path"),
        ({"healthcheck": {"path": "/", "interval": "0s"}}, "healthcheck.interval", "duration"),
        ({"healthcheck": {"path": "/", "timeout": "0s"}}, "healthcheck.timeout", "duration"),
        ({"healthcheck": {"path": "/a\r\nX: y"}}, "healthcheck.path", "path"),
        ({"healthcheck": {"path": "/" + "x" * 1024}}, "healthcheck.path", "path"),
        ({"healthcheck": {"path": "/", "interval": "2h"}}, "healthcheck.interval", "duration"),
        ({"healthcheck": {"path": "/", "interval": "soon"}}, "healthcheck.interval", "duration"),
        ({"healthcheck": {"path": "/", "interval": 30}}, "healthcheck.interval", "string"),
        (
            {"healthcheck": {"path": "/", "interval": "5s", "timeout": "6s"}},
            "healthcheck.timeout",
            "timeout_within_interval",
        ),
        ({"healthcheck": {"path": "/", "retries": 0}}, "healthcheck.retries", "whole_number"),
    ],
)
def test_each_field_keeps_its_rule(api: Api, changes: dict[str, Any], field: str, rule: str) -> None:
    body = refused(api, 422, "validation_failed", "POST", "/apps", {"name": "myapp", **changes})
    assert [(error["field"], error["rule"]) for error in body["errors"]] == [(field, rule)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"processes": {"web": {"count": "two"}}}, ["processes.web.count", '"two"', "from 0 to 100"]),
        ({"processes": {"my-web": {}}}, ["processes.my-web", '"my-web"', "a-z and 0-9", "as in web"]),
        ({"resources": {"memory": "1M"}}, ["resources.memory", '"1M"', "at least 16M", "as 512M"]),
        ({"resources": {"cpu": 0}}, ["resources.cpu", '"0"', "above 0", "as 0.5"]),
        (
            {"healthcheck": {"path": "/", "interval": "0s"}},
            ["healthcheck.interval", '"0s"', "above zero", '"30s"'],
        ),
        (
            {"healthcheck": {"path": "/", "interval": "5s", "timeout": "6s"}},
            ["healthcheck.timeout", '"6s"', "at most 5s"],
        ),
        ({"healthcheck": {"path": "http://evil/"}}, ["healthcheck.path", "no host", "as in /health"]),
        ({"healthcheck": {"path": "/a\n"}}, ["healthcheck.path", r"/a\n", "as in /health"]),
    ],
)
def test_what_a_person_reads_names_field_value_rule_and_way_out(
    api: Api, changes: dict[str, Any], said: list[str]
) -> None:
    detail = refused(api, 422, "validation_failed", "POST", "/apps", {"name": "myapp", **changes})["detail"]
    assert [words for words in said if words not in detail] == []
    assert "\n" not in detail


@pytest.mark.parametrize(
    ("asked", "rule"), [({"memory": "10T"}, "memory_within_host"), ({"cpu": 100}, "cpu_within_host")]
)
def test_no_more_is_given_than_the_host_has(
    api: Api, worker: RunningWorker, asked: dict[str, Any], rule: str
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    for request in (
        ("POST", "/apps", {"name": "other", "resources": asked}),
        ("PATCH", "/apps/myapp", {"resources": asked}),
    ):
        (error,) = refused(api, 422, "validation_failed", *request)["errors"]
        assert (error["field"], error["rule"]) == (f"resources.{next(iter(asked))}", rule)
        assert "at most" in error["message"]


def test_a_cpu_beyond_all_numbers_is_refused(api: Api) -> None:
    data = b'{"name": "myapp", "resources": {"cpu": 1e999}}'
    refused(api, 422, "validation_failed", "POST", "/apps", data=data, content_type="application/json")


@pytest.mark.parametrize(
    ("request_", "body", "field", "rule"),
    [
        ("scale", {"processes": {"web": -1}}, "processes.web", "whole_number"),
        ("scale", {"processes": {"web": 101}}, "processes.web", "whole_number"),
        ("scale", {"processes": {"web": "two"}}, "processes.web", "whole_number"),
        ("scale", {"processes": {"web": True}}, "processes.web", "whole_number"),
        ("scale", {"processes": {"web": None}}, "processes.web", "not_null"),
        ("scale", {"processes": {"my-web": 1}}, "processes.my-web", "process_type"),
        ("scale", {"processes": {"../x": 1}}, "processes.../x", "process_type"),
        ("scale", {"processes": {"x" * 100: 1}}, f"processes.{'x' * 100}", "process_type"),
        ("scale", {"processes": {"worker": 1}}, "processes.worker", "known_process"),
        ("scale", {"processes": {}}, "processes", "process_types"),
        ("scale", {"processes": [1]}, "processes", "object"),
        ("scale", {}, "processes", "required"),
        ("scale", {"web": 2}, "processes", "required"),
        ("stop", {"process": "my-web"}, "process", "process_type"),
        ("stop", {"process": "worker"}, "process", "known_process"),
        ("start", {"process": 1}, "process", "string"),
        ("start", {"process": "worker"}, "process", "known_process"),
        ("restart", {"process": "worker"}, "process", "known_process"),
        ("restart", {"process": "web", "instance": 2}, "instance", "known_instance"),
        ("restart", {"process": "web", "instance": 0}, "instance", "whole_number"),
        ("restart", {"process": "web", "instance": "1"}, "instance", "whole_number"),
        ("restart", {"instance": 1}, "process", "required"),
    ],
)
def test_what_is_asked_of_processes_keeps_its_rule(
    api: Api, request_: str, body: dict[str, Any], field: str, rule: str
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    Release.create(
        app=App.get(),
        version=1,
        units=1,
        image="nginx",
        processes=App.get().processes,
        status="active",
        created_by="tester",
    )
    found = refused(api, 422, "validation_failed", "POST", f"/apps/myapp/ps/{request_}", body)
    assert (field, rule) in [(error["field"], error["rule"]) for error in found["errors"]]


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"no json",
        b'{"name": NaN}',
        b'{"name": "a", "name": "b"}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xff"}',
        b"\xef\xbb\xbf{}",
        b"[" * 32,
        b'{"name": ' * 32,
        b'{"bind_port": ' + b"9" * 10000 + b"}",
        '{"name": "a"}'.encode("utf-16"),
    ],
)
def test_a_body_that_is_no_json_is_refused(api: Api, data: bytes) -> None:
    refused(api, 400, "invalid_json", "POST", "/apps", data=data, content_type="application/json")


@pytest.mark.parametrize("data", ["[]", "1", "null", '"x"', "true", "[" * 32 + "]" * 32])
def test_json_that_is_no_object_is_refused(api: Api, data: str) -> None:
    refused(api, 422, "validation_failed", "POST", "/apps", data=data, content_type="application/json")


@pytest.mark.parametrize("media", ["text/plain", "application/x-ndjson", "multipart/form-data", ""])
def test_another_content_type_is_refused(api: Api, media: str) -> None:
    refused(
        api, 415, "unsupported_media_type", "POST", "/apps", data=b'{"name": "myapp"}', content_type=media
    )


def test_a_body_over_the_limit_is_refused(api: Api) -> None:
    body = json.dumps({"name": "x" * 1024 * 1024}).encode()
    refused(api, 413, "body_too_large", "POST", "/apps", data=body, content_type="application/json")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/apps/none", 404, "app_not_found"),
        ("GET", "/apps/My_App", 404, "app_not_found"),
        ("GET", "/apps/a%0a", 404, "app_not_found"),
        ("GET", "/apps/%00", 404, "app_not_found"),
        ("GET", "/apps/%ff", 404, "app_not_found"),
        ("GET", "/apps/..%2fx", 404, "not_found"),
        ("DELETE", "/apps/none", 404, "app_not_found"),
        ("PATCH", "/apps/none", 404, "app_not_found"),
        ("POST", "/apps/none/releases", 404, "app_not_found"),
        ("POST", "/apps/none/rollback", 404, "app_not_found"),
        ("GET", "/apps/none/releases", 404, "app_not_found"),
        ("GET", "/apps/none/releases/1", 404, "app_not_found"),
        ("GET", "/apps/none/ps", 404, "app_not_found"),
        ("POST", "/apps/none/ps/stop", 404, "app_not_found"),
        ("POST", "/apps/none/ps/start", 404, "app_not_found"),
        ("POST", "/apps/none/ps/restart", 404, "app_not_found"),
        ("POST", "/operations/1/cancel", 404, "operation_not_found"),
        ("GET", "/operations/1", 404, "operation_not_found"),
        ("GET", "/operations/0", 404, "operation_not_found"),
        ("GET", "/operations/" + "9" * 100, 404, "operation_not_found"),
        ("GET", "/operations/1/events", 404, "operation_not_found"),
        ("GET", "/operations/x", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "//apps", 404, "not_found"),
        ("PUT", "/apps", 405, "method_not_allowed"),
        ("GET", "/operations?status=odd", 422, "validation_failed"),
        ("GET", "/operations?app=My_App", 422, "validation_failed"),
        ("GET", "/apps?page=0", 422, "validation_failed"),
        ("GET", "/apps?page_size=101", 422, "validation_failed"),
        ("GET", "/apps?page=x", 422, "validation_failed"),
    ],
)
def test_what_is_not_there_is_said_not_to_be(
    api: Api, method: str, path: str, status: int, code: str
) -> None:
    refused(api, status, code, method, path)


@pytest.mark.parametrize("number", ["0", "2", "9" * 100])
def test_a_release_that_is_not_there(api: Api, number: str) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    refused(api, 404, "release_not_found", "GET", f"/apps/myapp/releases/{number}")


def test_a_page_far_away_is_empty(api: Api) -> None:
    assert api.ok("GET", f"/apps?page={10**30}") == []


@pytest.mark.parametrize("version", [0, -1, "1", 1.5, 10**30, None])
def test_a_bad_version_to_go_back_to_is_refused(api: Api, version: Any) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    refused(api, 422, "validation_failed", "POST", "/apps/myapp/rollback", {"version": version})


@pytest.mark.parametrize("command", [EXPLOIT, "echo %h $HOME `id` $(id)", "sh -c 'a; b && c'", "ünïcode ☃"])
def test_text_stays_text(api: Api, command: str) -> None:
    processes = {"web": {"command": command, "count": 1, "overlap": True}}
    created = api.ok("POST", "/apps", {"name": "myapp", "processes": processes})
    assert created["processes"] == processes
    assert api.ok("GET", "/apps/myapp")["processes"] == processes


def test_the_requests_id_is_given_back_unless_it_is_odd(api: Api) -> None:
    assert api("GET", "/apps", headers={"X-Request-ID": "mine-1"}).headers["X-Request-ID"] == "mine-1"
    assert api("GET", "/apps", headers={"X-Request-ID": "a b"}).headers["X-Request-ID"] != "a b"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    [
        "name",
        "environment",
        "host",
        "image",
        "processes",
        "bind_port",
        "container_port",
        "healthcheck",
        "resources",
        "other",
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(fields, json_values, max_size=4))
def test_no_json_object_breaks_the_server(api: Api, body: dict[str, Any]) -> None:
    answer = api("POST", "/apps", data=json.dumps(body), content_type="application/json")
    assert answer.status_code in (201, 400, 409, 422), answer.text
