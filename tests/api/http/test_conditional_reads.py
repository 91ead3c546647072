"""Each read has an ETag, and is not sent again to who has it already. The routes are those that the application has."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from pvdifyd.models import App, Host
from tests.api.conftest import Api, RunningWorker
from tests.api.http.access.conftest import make_token, world
from tests.api.http.access.routes import Made, Route, routes

__all__ = ["make_token", "world"]

# A stream is read once. /events and /logs are lists too, by other rules: the first has a tag, the second is sent line
# by line.
STREAMS = {
    "/api/v1/operations/<int:number>/events": "application/json",
    "/api/v1/apps/<string:name>/logs": None,
}

# They tell how it is in this moment, so that nobody asks whether it is another one.
OF_THE_MOMENT = ("/health", "/ready", "/metrics")


def reads(application: Flask) -> list[Route]:
    found = [
        route
        for route in routes(application)
        if route.method in ("GET", "HEAD") and route.rule not in (*STREAMS, *OF_THE_MOMENT)
    ]
    assert len(found) > 30
    return found


def test_what_is_known_is_not_sent_again(world: Flask, make_token: Made) -> None:
    token = make_token("admin")
    for route in reads(world):
        first = route.ask(world, token)
        assert first.status_code == 200, route
        tag = first.headers["ETag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = asked(route, world, token, known)
            assert (again.status_code, again.data) == (304, b""), (route, known, again.text)
            assert again.headers["ETag"] == tag
            assert "Content-Type" not in again.headers
            assert ("X-Pagination" in again.headers) == ("X-Pagination" in first.headers)
            assert "RateLimit" in again.headers
        assert asked(route, world, token, '"other"').status_code == 200, route


def asked(route: Route, application: Flask, token: str, known: str) -> Any:
    headers = {"Authorization": f"Bearer {token}", "If-None-Match": known}
    return application.test_client().open(route.path, method=route.method, headers=headers)


def test_head_has_the_tag_of_get(world: Flask, make_token: Made) -> None:
    token = make_token("admin")
    for route in reads(world):
        if route.method == "GET" and not route.rule.startswith("/api/v1/audit"):
            head = Route("HEAD", route.rule, route.access).ask(world, token)
            assert head.headers["ETag"] == route.ask(world, token).headers["ETag"], route


def test_each_of_them_documents_it(api: Api, world: Flask) -> None:
    description = api.client.get("/api/v1/openapi.json").get_json()
    outside = ("/health", "/ready", "/metrics", "/install")
    for path, item in description["paths"].items():
        if "get" in item and not path.startswith(outside) and not path.endswith("/logs"):
            assert "304" in item["get"]["responses"], path
            assert "If-None-Match" in str(item["get"]["parameters"]), path


def test_a_list_has_another_tag_when_there_are_more_pages(api: Api) -> None:
    api.ok("POST", "/apps", {"name": "a"})
    before = api("GET", "/apps?page_size=1").headers["ETag"]
    api.ok("POST", "/apps", {"name": "b"})
    after = api("GET", "/apps?page_size=1", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert [app["name"] for app in after.get_json()] == ["a"]
    assert after.headers["ETag"] != before


def test_every_list_tells_of_its_pages(api: Api, world: Flask, make_token: Made) -> None:
    token = make_token("admin")
    # One host is asked, in this moment.
    whole = ("/api/v1/apps/<string:name>/ps",)
    for route in reads(world):
        answer = route.ask(world, token)
        if (
            route.method == "GET"
            and isinstance(answer.get_json(silent=True), list)
            and route.rule not in whole
        ):
            assert "X-Pagination" in answer.headers, route


def test_a_stream_has_no_tag_and_its_list_has(api: Api, worker: RunningWorker, prepared: Host) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    number = api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"]
    api.wait(number)
    path = f"/operations/{number}/events"
    with api("GET", path, headers={"Accept": "text/event-stream", "If-None-Match": "*"}) as stream:
        assert (stream.status_code, stream.headers.get("ETag")) == (200, None)
    as_list = api("GET", path, headers={"Accept": "application/json"})
    known = {"Accept": "application/json", "If-None-Match": as_list.headers["ETag"]}
    assert api("GET", path, headers=known).status_code == 304


@pytest.mark.parametrize("path", ["/apps/none", "/nothing", "/apps?page=0"])
def test_a_refusal_has_no_tag(api: Api, path: str) -> None:
    answer = api("GET", path, headers={"If-None-Match": "*"})
    assert answer.status_code in (404, 422)
    assert "ETag" not in answer.headers
    assert App.select().count() == 0
