"""`config:diff` and `releases:diff`: what differs, and never a secret."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


@pytest.fixture
def changed(server: FakeServer, app: str) -> str:
    """An app with three config versions, and the releases 3 (v1) and 4 (v3)."""
    config = server.state.config[app]
    config.change(
        {"config": {"A": "1", "B": "x\ny", "GONE": "1"}, "secrets": {"KEY": "canary1", "OLD": "canary2"}}
    )
    server.state.release(app, "docker.io/acme/myapp:v2", "config")
    config.change({"config": {"A": "2", "B": "", "NEW": "n", "GONE": None}})
    config.change(
        {"config": {"OLD": None}, "secrets": {"KEY": "canary3", "A": "canary4", "FRESH": "canary5"}}
    )
    server.state.apps[app]["processes"] = {"web": {"command": None, "count": 2, "overlap": True}}
    server.state.release(app, "docker.io/acme/myapp:v3", "config")
    return app


LINES = [
    "~ A=1 → (secret)",
    "~ B=x\\ny → (empty)",
    "+ FRESH (secret)",
    "- GONE=1",
    "~ KEY changed (secret)",
    "+ NEW=n",
    "- OLD (secret)",
]


@pytest.mark.parametrize(
    "arguments", [["myapp", "v1", "v3"], ["v1", "3"], ["1"], ["myapp", "v1"], ["-a", "myapp", "v1", "v3"]]
)
def test_two_versions_or_one_and_the_current(pvdify: Run, changed: str, arguments: list[str]) -> None:
    answer = pvdify("config:diff", *arguments, PVDIFY_APP=changed)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == LINES


def test_versions_that_are_the_same(pvdify: Run, changed: str) -> None:
    assert pvdify("config:diff", changed, "v3").stdout == "v3 and v3 of myapp are the same.\n"


def test_a_diff_in_json(pvdify: Run, changed: str) -> None:
    answer = json.loads(pvdify("config:diff", changed, "v1", "v2", "--json").stdout)
    assert (answer["from"], answer["to"]) == ("v1", "v2")
    plain = {"secret": False, "version": None}
    assert answer["changes"] == [
        {"key": "A", "before": {"value": "1", **plain}, "after": {"value": "2", **plain}},
        {"key": "B", "before": {"value": "x\ny", **plain}, "after": {"value": "", **plain}},
        {"key": "GONE", "before": {"value": "1", **plain}, "after": None},
        {"key": "NEW", "before": None, "after": {"value": "n", **plain}},
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "VERSION is missing"),
        (["myapp"], 2, "VERSION is missing"),
        (["myapp", "v0"], 2, "'v0' is not a config version"),
        (["myapp", "v1", "two"], 2, "'two' is not a config version"),
        (["myapp", "v1", "v2", "v3"], 2, "Unexpected argument 'v3'"),
        (["myapp", "v99"], 4, "[config_version_not_found]"),
    ],
)
def test_no_versions_to_compare(
    pvdify: Run, changed: str, arguments: list[str], code: int, message: str
) -> None:
    answer = pvdify("config:diff", *arguments)
    assert answer.exit_code == code
    assert message in answer.stderr


def test_two_releases(pvdify: Run, changed: str) -> None:
    answer = pvdify("releases:diff", changed, "3", "v4")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [
        "image: docker.io/acme/myapp:v2 → docker.io/acme/myapp:v3",
        "processes: web=1 → web=2",
        "config: v1 → v3",
        *(f"  {line}" for line in LINES),
    ]


def test_releases_before_there_was_config(pvdify: Run, changed: str) -> None:
    answer = pvdify("releases:diff", "1", "3", PVDIFY_APP=changed)
    assert answer.stdout.splitlines()[:3] == [
        "image: docker.io/acme/myapp:v1 → docker.io/acme/myapp:v2",
        "config: - → v1",
        "  + A=1",
    ]
    assert pvdify("releases:diff", changed, "1", "1").stdout == "Releases 1 and 1 of myapp are the same.\n"


def test_releases_in_json(pvdify: Run, changed: str) -> None:
    answer = json.loads(pvdify("releases:diff", changed, "3", "4", "--json").stdout)
    assert (answer["from"], answer["to"]) == (3, 4)
    assert answer["changes"]["config_version"] == {"before": "v1", "after": "v3"}
    assert [change["key"] for change in answer["config"]] == ["A", "B", "FRESH", "GONE", "KEY", "NEW", "OLD"]


@pytest.mark.parametrize("arguments", [["myapp"], ["myapp", "3"], ["3"], []])
def test_releases_that_are_not_two(pvdify: Run, changed: str, arguments: list[str]) -> None:
    answer = pvdify("releases:diff", *arguments)
    assert answer.exit_code == 2
    assert "pvdify releases" in answer.stderr


def test_a_release_that_is_not_there(pvdify: Run, changed: str) -> None:
    assert pvdify("releases:diff", changed, "3", "99").exit_code == 4


def test_releases_and_the_app_tell_their_config(pvdify: Run, server: FakeServer, changed: str) -> None:
    header, newest, *_ = pvdify("releases", changed).stdout.splitlines()
    assert newest[header.index("CONFIG") :].split()[0] == "v3"
    shown = pvdify("releases:info", changed, "4").stdout
    assert "config          v3\n" in shown
    assert "secrets         A, FRESH, KEY\n" in shown
    server.state.apps[changed]["config_version"] = "v3"
    assert "config          v3\n" in pvdify("apps:info", changed).stdout


@pytest.mark.parametrize(("options", "config"), [([], "v1"), (["--code-only"], "v3")])
def test_a_rollback_brings_its_config_back_or_not(
    pvdify: Run, server: FakeServer, changed: str, options: list[str], config: str
) -> None:
    assert pvdify("rollback", changed, "--version", "3", *options).exit_code == 0
    body = {"version": 3, "code_only": True} if options else {"version": 3}
    assert server.asked("POST", "/apps/myapp/rollback")[0].body == body
    assert server.state.releases[changed][-1]["config_version"] == config


def test_no_secret_is_ever_shown(pvdify: Run, changed: str) -> None:
    for command in (
        ["config", changed],
        ["config", changed, "--shell"],
        ["config:export", changed],
        ["config:diff", changed, "v1", "v3"],
        ["config:versions", changed],
        ["releases:diff", changed, "3", "4"],
        ["releases:info", changed, "4"],
    ):
        assert "canary" not in pvdify(*command).output
