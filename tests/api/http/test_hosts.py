"""Hosts over HTTP: what there is, and asking for a new key of one."""

from __future__ import annotations

from typing import Any

import pytest

from pvdifyd.models import Host, Operation
from tests.api.conftest import Api


def test_hosts_are_listed_with_their_recipients(api: Api, host: Host) -> None:
    Host.create(name="box", connection="ssh", address="10.0.0.2", user="root", recipient="age1box")
    api.ok("POST", "/apps", {"name": "myapp", "host": "demo", "bind_port": 3000})
    assert api.ok("GET", "/hosts") == [
        {
            "name": "box",
            "connection": "ssh",
            "address": "10.0.0.2",
            "recipient": "age1box",
            "edge": "none",
            "apps": 0,
        },
        {
            "name": "demo",
            "connection": "local",
            "address": None,
            "recipient": None,
            "edge": "none",
            "apps": 1,
        },
    ]


def test_a_rotation_is_an_operation_of_no_app(api: Api, prepared: Host) -> None:
    answer = api("POST", "/hosts/demo/secrets/rotate")
    assert answer.status_code == 202
    operation = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/operations/{operation['id']}"
    assert (operation["kind"], operation["app"], operation["release"]) == ("rotate", None, None)
    assert operation["arguments"] == {"host": "demo"}
    assert operation["status"] == "queued"
    assert api.ok("GET", "/operations")[0] == operation
    assert api.ok("GET", "/operations?app=myapp") == []


def test_asking_again_with_the_same_key_makes_one_rotation(api: Api, prepared: Host) -> None:
    key = {"Idempotency-Key": "6f1d"}
    answers = [api("POST", "/hosts/demo/secrets/rotate", headers=key) for _ in range(2)]
    assert answers[0].data == answers[1].data
    assert Operation.select().count() == 1


def test_a_host_that_is_not_known_has_no_key(api: Api) -> None:
    refused = api("POST", "/hosts/nobody/secrets/rotate")
    assert (refused.status_code, refused.get_json()["code"]) == (404, "host_not_found")


def test_a_host_without_a_key_has_to_be_prepared_first(api: Api, host: Host) -> None:
    refused = api("POST", "/hosts/demo/secrets/rotate")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "host_without_recipient")
    assert "pvdifyd host prepare demo" in refused.get_json()["detail"]


@pytest.mark.parametrize("body", [{"host": "canary"}, {"recipient": "canary"}, ["canary"], "canary"])
def test_a_rotation_takes_nothing(api: Api, prepared: Host, body: Any) -> None:
    answer = api("POST", "/hosts/demo/secrets/rotate", body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "validation_failed")
    assert "canary" not in answer.text
    assert Operation.select().count() == 0
    assert api("POST", "/hosts/demo/secrets/rotate", {}).status_code == 202
