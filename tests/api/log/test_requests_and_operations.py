"""What API and worker write while they work: lines that say what they are about, and no secret."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from pvdifyd import tokens
from pvdifyd.log.lines import JsonLines, TextLines
from pvdifyd.models import Host, Operation
from tests.api.conftest import Api, RunningWorker
from tests.api.fake_engine import CRASH, FakeEngine

CANARY = "canary-7f3a-zebra"
FORM = "application/x-www-form-urlencoded"


class Lines(logging.Handler):
    """All that is written meanwhile, in both forms."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []
        self.objects: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(TextLines().format(record))
        self.objects.append(json.loads(JsonLines().format(record)))

    def about(self, **fields: Any) -> list[dict[str, Any]]:
        return [line for line in self.objects if fields.items() <= line.items()]

    def all(self) -> str:
        return "\n".join([*self.texts, *map(json.dumps, self.objects)])


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    # As a daemon is set up: below it, the SQL of each request would be written.
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_request_has_one_line(api: Api, lines: Lines) -> None:
    api("GET", "/apps/none?page=2", headers={"X-Request-ID": "mine-1"})
    (line,) = lines.about(logger="pvdifyd.http")
    assert isinstance(line.pop("milliseconds"), float)
    line.pop("time")
    assert re.fullmatch(r'GET "/api/v1/apps/none" 404 \d+ ms', line.pop("message"))
    assert line == {
        "level": "info",
        "logger": "pvdifyd.http",
        "request": "mine-1",
        "method": "GET",
        "path": "/api/v1/apps/none",
        "route": "/api/v1/apps/{name}",
        "status": 404,
        "code": "app_not_found",
        "address": "127.0.0.1",
        "token": "tester",
    }


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/tokens/anna@laptop", "/api/v1/tokens/anna@laptop"),
        ("/registries/anna:pw@ghcr.io", "…@ghcr.io"),
        ("/nothing/anna:pw@ghcr.io", "…@ghcr.io"),
        ("/tokens/https://anna:pw@laptop", "…@laptop"),
    ],
)
def test_the_address_is_logged_without_a_login_but_with_the_name_of_a_token(
    api: Api, lines: Lines, path: str, logged: str
) -> None:
    api("DELETE", path)
    (line,) = lines.about(logger="pvdifyd.http")
    assert line["path"] == logged


def test_an_operation_s_lines_carry_it_and_the_request_that_asked_for_it(
    api: Api, lines: Lines, worker: RunningWorker
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    answer = api("POST", "/apps/myapp/releases", {"image": "nginx"}, headers={"X-Request-ID": "the-deploy"})
    number = answer.get_json()["operation"]
    api.wait(number)
    asked, *done = lines.about(operation=number)
    assert (asked["request"], asked["status"]) == ("the-deploy", 202)
    assert [line["message"] for line in done] == [
        f"operation {number}: deploy myapp begins",
        f"operation {number}: succeeded",
    ]
    assert {line["request"] for line in done} == {"the-deploy"}
    assert [
        text for text in lines.texts if text.endswith(f"succeeded [request=the-deploy operation={number}]")
    ]


def test_a_fault_in_an_operation_is_told_with_it(
    api: Api, lines: Lines, worker: RunningWorker, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(engine, "run", breaks)
    api.ok("POST", "/apps", {"name": "myapp"})
    number = api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"]
    api.wait(number)
    (broken,) = lines.about(operation=number, level="error")
    assert "RuntimeError" in broken["exception"]
    assert CANARY not in lines.all()


def test_what_no_request_asked_for_names_none(api: Api, database: None) -> None:
    made = Operation.create(kind="deploy", app_name="myapp", created_by="pvdifyd")
    assert made.request_id is None


def test_no_line_holds_what_was_sent(
    api: Api,
    prepared: Host,
    lines: Lines,
    worker: RunningWorker,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Secrets where they belong, and where they don't: in odd bodies, in headers, in queries; refused or broken."""
    canary, token = CANARY, tokens.new()
    headers = dict.fromkeys(
        ("Idempotency-Key", "User-Agent", "Referer", "Cookie", "If-None-Match", "X-Canary"), canary
    )
    query = f"?canary={canary}&page={canary}&{canary}=1"
    api.ok("POST", "/apps", {"name": "myapp"})
    for body in (
        {"secrets": {"KEY": canary}, "config": {"OTHER": canary}, "message": canary},
        {"secrets": {canary: canary}},
        {canary: canary},
        {"name": canary, "image": canary, "processes": {"web": {"command": canary}}},
        {"username": canary, "password": canary, "registry": canary},
        [canary],
        canary,
    ):
        for method, path in (
            ("PUT", "/apps/myapp/config"),
            ("PUT", "/apps/myapp"),
            ("PATCH", "/apps/myapp"),
            ("POST", "/apps"),
            ("POST", "/apps/myapp/releases"),
            ("POST", "/apps/myapp/ps/scale"),
            ("PUT", "/registries/ghcr.io"),
            ("POST", "/tokens"),
            ("POST", "/nothing"),
        ):
            for about in ({}, headers):
                api(method, path + (query if about else ""), body, headers=about)
            api(method, path, data=json.dumps(body)[:-1], content_type=FORM)
            api(method, path, data=canary, content_type=canary)
    for wrong in (f"Bearer {canary}", f"Basic {canary}", f"Bearer {token}", canary):
        api("GET", "/apps", headers={"Authorization": wrong})
    for path in ("/apps", "/operations", "/audit", "/apps/myapp/logs"):
        api("GET", f"{path}{query}", headers=headers)
        api("GET", f"{path}?token={token}")
        api("GET", f"{path}/{token}")
    engine.fail_playbook["config"] = engine.fail_playbook["deploy"] = [CRASH]
    number = api.ok("PUT", "/apps/myapp/config", {"secrets": {"KEY": canary}})["operation"]
    if number:
        api.wait(number)
    _break_with(canary, monkeypatch)
    assert api("POST", "/apps", {"name": "other", "image": "nginx"}).status_code == 500
    assert lines.about(level="error"), "the fault was written down"
    assert len(lines.about(logger="pvdifyd.http")) > 200
    for secret in (canary, token, api.token):
        assert secret not in lines.all()


def _break_with(canary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError(f"{canary} is odd")

    monkeypatch.setattr("pvdifyd.http.apps.routes.create_app", breaks)
