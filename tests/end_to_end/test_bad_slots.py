"""A slot or a count that breaks a rule is refused by API and command line, with the rule, and changes nothing."""

from typing import Any

import pytest

from tests.end_to_end.world import World

WEB = {"count": 1}
CHECK = {"path": "/health"}


@pytest.mark.parametrize(
    ("slot", "field", "rule"),
    [
        ({"processes": {"web": {"count": -1}}}, "processes.web.count", "whole_number"),
        ({"processes": {"web": {"count": 101}}}, "processes.web.count", "whole_number"),
        ({"processes": {"web": {"count": "two"}}}, "processes.web.count", "whole_number"),
        ({"processes": {"my-web": WEB}}, "processes.my-web", "process_type"),
        ({"processes": {"../x": WEB}}, "processes.../x", "process_type"),
        ({"processes": {"a" * 100: WEB}}, f"processes.{'a' * 100}", "process_type"),
        ({"resources": {"memory": "lots"}}, "resources.memory", "memory"),
        ({"resources": {"memory": "1M"}}, "resources.memory", "memory"),
        ({"resources": {"memory": "10T"}}, "resources.memory", "memory_within_host"),
        ({"resources": {"cpu": 0}}, "resources.cpu", "cpu"),
        ({"resources": {"cpu": -1}}, "resources.cpu", "cpu"),
        ({"resources": {"cpu": 100}}, "resources.cpu", "cpu_within_host"),
        ({"healthcheck": {**CHECK, "interval": "0s"}}, "healthcheck.interval", "duration"),
        (
            {"healthcheck": {**CHECK, "interval": "5s", "timeout": "6s"}},
            "healthcheck.timeout",
            "timeout_within_interval",
        ),
        ({"healthcheck": {"path": "health"}}, "healthcheck.path", "path"),
        ({"healthcheck": {"path": "/a\nb"}}, "healthcheck.path", "path"),
        ({"healthcheck": {"path": "http://example.com/health"}}, "healthcheck.path", "path"),
        ({"healthcheck": {"path": "//example.com/health"}}, "healthcheck.path", "path"),
    ],
)
def test_a_bad_slot_is_refused_with_the_rule_it_breaks(
    world: World, unchanged_app: str, slot: dict[str, Any], field: str, rule: str
) -> None:
    before = world.told("apps:info", unchanged_app)
    for method, path, body in (
        ("POST", "/apps", {"name": "fine", **slot}),
        ("PATCH", f"/apps/{unchanged_app}", slot),
    ):
        refused = world.api(method, path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed"), refused.text
        broken = [(error["field"], error["rule"]) for error in refused.json()["errors"]]
        assert broken == [(field, rule)]
        assert refused.json()["errors"][0]["message"]
    assert world.told("apps:info", unchanged_app) == before
    assert world.pvdify("apps:info", "fine").returncode == 4


@pytest.mark.parametrize(
    "count", [-1, 101, "two", None, 1.5, True], ids=["below 0", "above 100", "a word", "null", "half", "true"]
)
def test_a_bad_count_is_refused(world: World, unchanged_app: str, count: object) -> None:
    before = world.what_is_on_the_host()
    refused = world.api("POST", f"/apps/{unchanged_app}/ps/scale", json={"processes": {"web": count}})
    assert (refused.status_code, refused.json()["code"]) == (422, "validation_failed")
    assert refused.json()["errors"][0]["field"] == "processes.web"
    finished = world.pvdify("ps:scale", unchanged_app, f"web={count}")
    assert finished.returncode in (2, 6)
    assert world.what_is_on_the_host() == before


@pytest.mark.parametrize(
    ("path", "body", "rule"),
    [
        ("ps/scale", {"processes": {"nobody": 1}}, "known_process"),
        ("ps/restart", {"process": "nobody"}, "known_process"),
        ("ps/restart", {"process": "web", "instance": 3}, "known_instance"),
        ("ps/stop", {"process": "nobody"}, "known_process"),
        ("ps/start", {"process": "nobody"}, "known_process"),
    ],
)
def test_a_process_that_is_not_there(
    world: World, unchanged_app: str, path: str, body: dict[str, Any], rule: str
) -> None:
    refused = world.api("POST", f"/apps/{unchanged_app}/{path}", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["rule"]) == (422, rule), refused.text


@pytest.mark.parametrize(
    "command",
    [
        *(["ps:scale", count] for count in ("web=-1", "web=101", "web=two", "my-web=1", "../x=1", "web")),
        *(["ps:restart", process] for process in ("nobody", "web.3", "web.two", "my-web")),
        ["ps:stop", "nobody"],
        *(["resources", "--memory", memory] for memory in ("lots", "1M", "10T")),
        *(["resources", "--cpu", cpu] for cpu in ("0", "-1", "100", "half")),
        *(["apps:update", "--process", process] for process in ("web=101", "my-web=1", "../x=1")),
        *(["apps:update", "--health-path", path] for path in ("health", "/a\nb", "http://example.com/")),
        ["apps:update", "--health-interval", "0s"],
        ["apps:update", "--health-interval", "5s", "--health-timeout", "6s"],
        ["logs", "-n", "many"],
        ["logs", "--since", "yesterday"],
        ["operations:cancel", "none"],
    ],
    ids=" ".join,
)
def test_the_command_line_refuses_it_too(world: World, unchanged_app: str, command: list[str]) -> None:
    before = world.told("apps:info", unchanged_app)
    name, *words = command
    app = [] if name.startswith("operations") else ["--app", unchanged_app]
    finished = world.pvdify(name, *app, *words)
    assert finished.returncode in (2, 6), finished.stdout
    assert finished.stderr
    assert "Traceback" not in finished.stderr
    assert world.told("apps:info", unchanged_app) == before
