"""`config` and the commands that change it."""

from __future__ import annotations

import json
import shlex
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings

from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer
from tests.cli.fake_state import REASON
from tests.cli.test_dotenv import VALUES

AWKWARD = {
    "EMPTY": "",
    "LINES": "-----BEGIN KEY-----\nMIIB==\n-----END KEY-----\n",
    "CRLF": "one\r\ntwo\r\n",
    "QUOTES": 'it\'s "so" \\ `id` $HOME %s {{ x }}',
    "EMOJI": "🦀 é \u00a0",
    "BLANKS": "  a\t# b  ",
    "EQUALS": "=a=b=",
    "DASHES": "-----",
}


@pytest.fixture
def configured(server: FakeServer, app: str) -> str:
    """An app with LEVEL=info and a secret TOKEN, in v1, and LEVEL=debug in v2."""
    config = server.state.config[app]
    config.change({"config": {"LEVEL": "info", "WORKERS": "4"}, "secrets": {"TOKEN": "canary"}})
    config.change({"config": {"LEVEL": "debug"}, "message": "find the slow query"})
    return app


def test_config_shows_values_on_a_line_each_and_masks_secrets(
    pvdify: Run, server: FakeServer, configured: str
) -> None:
    server.state.config[configured].change({"config": {"PEM": "a\n\tb\x1b[2J", "EMPTY": ""}})
    assert [line.split(maxsplit=1) for line in pvdify("config", configured).stdout.splitlines()] == [
        ["KEY", "VALUE"],
        ["EMPTY", "(empty)"],
        ["LEVEL", "debug"],
        ["PEM", "a\\n\\tb\\x1b[2J"],
        ["TOKEN", "(secret, set in v1)"],
        ["WORKERS", "4"],
    ]


def test_config_of_an_app_without_any(pvdify: Run, app: str) -> None:
    assert (
        pvdify("config", app).stdout == "No config of myapp. pvdify config:set myapp KEY=VALUE sets some.\n"
    )
    assert pvdify("config", app, "--shell").stdout == ""
    assert json.loads(pvdify("config", app, "--json").stdout)["version"] is None


def test_config_in_json_is_what_the_api_gives(pvdify: Run, server: FakeServer, configured: str) -> None:
    shown = json.loads(pvdify("config", configured, "--json").stdout)
    assert shown == server.state.config[configured].shown()
    assert shown["secrets"] == {"TOKEN": "v1"}


def test_config_for_a_shell_is_taken_by_one_byte_for_byte(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.config[app].change({"config": AWKWARD, "secrets": {"TOKEN": "canary"}})
    printed = pvdify("config", app, "--shell").stdout_bytes
    assert b"# TOKEN is a secret, set in v1: only the host can read it.\n" in printed
    for key, value in AWKWARD.items():
        script = printed + f'\nprintf %s "${key}"'.encode()
        seen = subprocess.run(["sh"], input=script, capture_output=True, check=True, timeout=10).stdout
        assert seen == value.encode()


def test_two_ways_to_print_are_refused(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("config", app, "--shell", "--json")
    assert answer.exit_code == 2
    assert not server.requests


@pytest.mark.parametrize("key", AWKWARD)
def test_get_prints_a_value_byte_for_byte(pvdify: Run, server: FakeServer, app: str, key: str) -> None:
    server.state.config[app].change({"config": AWKWARD})
    assert pvdify("config:get", app, key).stdout_bytes == AWKWARD[key].encode() + b"\n"
    assert pvdify("config:get", key, PVDIFY_APP=app).stdout_bytes == AWKWARD[key].encode() + b"\n"
    assert json.loads(pvdify("config:get", app, key, "--json").stdout) == {
        "key": key,
        "value": AWKWARD[key],
        "secret": False,
        "version": None,
    }


def test_get_of_a_secret_says_who_can_read_it(pvdify: Run, configured: str) -> None:
    answer = pvdify("config:get", configured, "TOKEN")
    assert answer.exit_code == 3
    assert answer.stdout == ""
    assert answer.stderr.startswith(
        "Error: TOKEN is a secret, set in v1: only the host of myapp can read it.\nNext:  "
    )
    assert json.loads(pvdify("config:get", configured, "TOKEN", "--json").stdout)["value"] is None


def test_a_key_named_as_a_part_of_the_api_is_read_all_the_same(
    pvdify: Run, server: FakeServer, app: str
) -> None:
    server.state.config[app].change({"config": {"versions": "3"}})
    assert pvdify("config:get", app, "versions").stdout == "3\n"
    server.state.config[app].change({"config": {"versions": None}})
    assert "[config_key_not_found]" in pvdify("config:get", app, "versions").stderr


def test_get_of_a_key_that_is_not_there(pvdify: Run, configured: str) -> None:
    answer = pvdify("config:get", configured, "NOSUCH")
    assert answer.exit_code == 4
    assert "[config_key_not_found]" in answer.stderr
    assert "pvdify config myapp lists" in answer.stderr


@pytest.mark.parametrize("key", ["..", ".", "a/b", "", "1A", "É", "A B", "versions/1"])
def test_no_key_leaves_its_place_in_the_url(pvdify: Run, server: FakeServer, app: str, key: str) -> None:
    assert pvdify("config:get", "-a", app, "--", key).exit_code == 2
    assert not server.requests


def test_set_stores_a_version_and_follows_its_release(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = pvdify("config:set", app, "LEVEL=info", "WORKERS=4", "--message", "first")
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0] == "Setting LEVEL, WORKERS of myapp: v1, release 3, operation 3"
    assert [line.split()[0] for line in lines if " ok " in line] == [
        "pull",
        "stage",
        "start",
        "switch",
        "retire",
    ]
    assert lines[-1] == "Release 3 of myapp is active."
    assert server.asked("PUT", "/apps/myapp/config")[0].body == {
        "config": {"LEVEL": "info", "WORKERS": "4"},
        "message": "first",
    }


@given(value=VALUES)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_that_is_set_is_what_is_read(pvdify: Run, server: FakeServer, app: str, value: str) -> None:
    pvdify("config:set", app, f"KEY={value}", "--no-restart")
    assert server.state.config[app].shown()["config"] == {"KEY": value}
    assert pvdify("config:get", app, "KEY").stdout_bytes == value.encode() + b"\n"


def test_set_again_changes_nothing(pvdify: Run, server: FakeServer, configured: str) -> None:
    server.state.release(configured, "docker.io/acme/myapp:v3")
    answer = pvdify("config:set", configured, "LEVEL=debug")
    assert answer.exit_code == 0
    assert answer.stdout == "Nothing changed: the config of myapp is v2.\n"
    assert len(server.state.releases[configured]) == 3


def test_set_again_brings_what_is_only_stored(pvdify: Run, server: FakeServer, configured: str) -> None:
    answer = pvdify("config:set", configured, "LEVEL=debug")
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0] == "Bringing v2 to myapp: release 3, operation 3"
    assert lines[-1] == "Release 3 of myapp is active."
    assert server.state.apps[configured]["running_config_version"] == "v2"
    assert len(server.state.config[configured].versions) == 2


@pytest.mark.parametrize(
    ("stopped", "steps"),
    [
        (
            [],
            "pvdify deploy myapp brings it, and so does setting any key again to the value it has.",
        ),
        (["web"], "pvdify deploy myapp brings it."),
    ],
)
def test_config_says_when_another_one_runs(
    pvdify: Run, server: FakeServer, configured: str, stopped: list[str], steps: str
) -> None:
    server.state.apps[configured] |= {
        "config_version": "v2",
        "running_config_version": "v1",
        "stopped": stopped,
    }
    answer = pvdify("config", configured)
    assert answer.stderr == f"Warning: v2 is stored, and release 2 runs v1. {steps}\n"
    assert "Warning" not in answer.stdout
    server.state.apps[configured]["running_config_version"] = None
    assert "v2 is stored, and release 2 runs without config." in pvdify("config", configured).stderr
    for options in (["--json"], ["--shell"]):
        assert pvdify("config", configured, *options).stderr == ""


@pytest.mark.parametrize("change", [{"running_config_version": "v2"}, {"release": None}])
def test_config_says_nothing_more_where_nothing_else_runs(
    pvdify: Run, server: FakeServer, configured: str, change: dict[str, str | None]
) -> None:
    server.state.apps[configured] |= {"config_version": "v2", **change}
    assert pvdify("config", configured).stderr == ""


def test_config_of_a_server_that_does_not_tell_what_runs(
    pvdify: Run, server: FakeServer, configured: str
) -> None:
    server.state.apps[configured]["config_version"] = "v2"
    del server.state.apps[configured]["running_config_version"]
    assert pvdify("config", configured).stderr == ""


def test_a_plain_value_that_becomes_a_secret_stays_in_the_versions(
    pvdify: Run, server: FakeServer, configured: str
) -> None:
    arguments = ("config:set", configured, "LEVEL", "--secret", "--no-restart")
    answer = pvdify(*arguments, piped=b"canary")
    assert answer.exit_code == 0
    assert answer.stderr == (
        "Warning: v2 and earlier keep the old value of LEVEL in clear; change it where it comes from.\n"
    )
    assert pvdify(*arguments, piped=b"canary").stderr == ""
    assert pvdify("config:set", configured, "NEW", "--secret", "--no-restart", piped=b"canary").stderr == ""
    imported = pvdify("config:import", configured, "-", "--secret", "--no-restart", piped=b"WORKERS=4")
    assert "v5 and earlier keep the old value of WORKERS in clear" in imported.stderr


@pytest.mark.parametrize("options", [["--no-restart"], []])
def test_what_is_only_stored_says_when_it_is_used(
    pvdify: Run, server: FakeServer, app: str, options: list[str]
) -> None:
    server.state.apps[app]["release"] = 2 if options else None
    answer = pvdify("config:set", app, "LEVEL=info", *options)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [
        "Setting LEVEL of myapp: v1",
        "Stored: the next release takes it, as pvdify deploy myapp makes one.",
    ]
    assert server.asked("PUT")[0].body.get("restart") is (False if options else None)


def test_a_release_that_fails_tells_why(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.apps[app]["image"] = "crash"
    answer = pvdify("config:set", app, "LEVEL=info")
    assert answer.exit_code == 1
    assert "Error: Release 3 of myapp failed. [instance_exited]" in answer.stderr
    assert answer.stderr.splitlines()[-1] == f"Next:  {REASON['next_step']}"


def test_set_in_json_is_the_config_and_what_became_of_it(pvdify: Run, server: FakeServer, app: str) -> None:
    answer = json.loads(pvdify("config:set", app, "LEVEL=info", "--json").stdout)
    assert answer == {
        **server.state.config[app].shown(),
        "changes": ["LEVEL"],
        "release": server.state.releases[app][-1],
        "operation": server.state.operations[-1],
    }
    unchanged = json.loads(pvdify("config:set", app, "LEVEL=info", "--json").stdout)
    assert (unchanged["changes"], unchanged["release"], unchanged["operation"]) == ([], None, None)


def test_set_without_waiting(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.apps[app]["image"] = "endless"
    answer = pvdify("config:set", app, "LEVEL=info", "--no-wait")
    assert answer.exit_code == 0
    assert "pvdify operations:info 3 --follow" in answer.stdout
    answer = pvdify("config:set", app, "LEVEL=debug", "--no-wait", "--json")
    assert json.loads(answer.stdout)["operation"]["status"] == "running"
    assert not [request for request in server.requests if request.path.endswith("/events")]


def test_a_lost_answer_is_asked_for_again_and_changes_once(pvdify: Run, server: FakeServer, app: str) -> None:
    server.faults.before_put = lambda: setattr(server.faults, "lost_answers", 1)
    assert pvdify("config:set", app, "LEVEL=info").exit_code == 0
    keys = [request.headers["Idempotency-Key"] for request in server.asked("PUT")]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert len(server.state.config[app].versions) == 1


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["myapp", "A=1", "b=2"], ["A", "b"]),
        (["A=1", "-a", "myapp"], ["A"]),
        (["A=myapp", "b=2"], ["A", "b"]),
        (["a=1"], ["a"]),
    ],
)
def test_which_argument_is_the_app(
    pvdify: Run, server: FakeServer, app: str, arguments: list[str], keys: list[str]
) -> None:
    assert pvdify("config:set", *arguments, PVDIFY_APP=app).exit_code == 0
    assert sorted(server.asked("PUT", "/apps/myapp/config")[0].body["config"]) == keys


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "KEY=VALUE is missing"),
        (["myapp"], "KEY=VALUE is missing"),
        (["A=1"], "No app is named"),
        (["myapp", "A=1", "A=2"], "'A' is given twice"),
        (["myapp", "a-b=hunter2"], "'a-b' is not KEY=VALUE: a key has letters, digits and underscores"),
        (["myapp", "=hunter2"], "Argument 1 after the app is not KEY=VALUE"),
        (["myapp", "A=1", "the hunter2"], "Argument 2 after the app is not KEY=VALUE"),
    ],
)
def test_set_that_says_nothing_that_can_be_set(
    pvdify: Run, server: FakeServer, app: str, arguments: list[str], message: str
) -> None:
    answer = pvdify("config:set", *arguments)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert "hunter2" not in answer.output
    assert not server.requests


def test_what_the_server_refuses_names_the_key(pvdify: Run, app: str) -> None:
    answer = pvdify("config:set", app, "PORT=80")
    assert answer.exit_code == 6
    assert "config.PORT: PORT is pvdify's own." in answer.stderr


def test_unset_removes_values_and_secrets(pvdify: Run, server: FakeServer, configured: str) -> None:
    answer = pvdify("config:unset", configured, "LEVEL", "TOKEN", "NOSUCH")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[0] == "Removing LEVEL, TOKEN of myapp: v3, release 3, operation 3"
    assert server.asked("PUT")[0].body == {"config": {"LEVEL": None, "TOKEN": None, "NOSUCH": None}}
    assert pvdify("config:unset", "NOSUCH", PVDIFY_APP=configured).stdout.startswith("Nothing changed")


def test_capital_letters_are_keys_where_the_app_is_known(
    pvdify: Run, server: FakeServer, configured: str
) -> None:
    assert pvdify("config:unset", "LEVEL", "WORKERS", PVDIFY_APP=configured).exit_code == 0
    assert server.asked("PUT", "/apps/myapp/config")[0].body == {"config": {"LEVEL": None, "WORKERS": None}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["myapp"], "KEY is missing"),
        (["myapp", "LEVEL=hunter2"], "The key has a value"),
        (["myapp", "A", "A"], "'A' is given twice"),
        (["myapp", "a b"], "'a b' is not a key"),
    ],
)
def test_unset_of_what_is_no_key(
    pvdify: Run, server: FakeServer, app: str, arguments: list[str], message: str
) -> None:
    answer = pvdify("config:unset", *arguments, PVDIFY_APP=app)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert "hunter2" not in answer.output
    assert not server.requests


def test_versions_newest_first_up_to_a_limit(pvdify: Run, server: FakeServer, configured: str) -> None:
    header, *rows = pvdify("config:versions", configured).stdout.splitlines()
    assert header.split() == ["VERSION", "CURRENT", "CHANGED", "MESSAGE", "CREATED", "BY"]
    assert rows[0].split()[:7] == ["v2", "yes", "LEVEL", "find", "the", "slow", "query"]
    assert rows[1].split()[:5] == ["v1", "-", "LEVEL,", "TOKEN,", "WORKERS"]
    limited = json.loads(pvdify("config:versions", configured, "--limit", "1", "--json").stdout)
    assert [version["version"] for version in limited] == ["v2"]


def test_many_keys_of_a_version_are_not_all_named(pvdify: Run, server: FakeServer, app: str) -> None:
    server.state.config[app].change({"config": {f"K{number:02}": "x" for number in range(19)}})
    row = pvdify("config:versions", app).stdout.splitlines()[1]
    assert " K00, K01, K02 and 16 more " in row
    assert len(json.loads(pvdify("config:versions", app, "--json").stdout)[0]["changes"]) == 19


def test_many_keys_are_not_all_named(pvdify: Run, app: str) -> None:
    answer = pvdify("config:set", app, *(f"K{number:02}=x" for number in range(12)), "--no-restart")
    assert answer.stdout.splitlines()[0].endswith("K08, K09 and 2 more of myapp: v1")


def test_the_shell_quoting_is_the_standard_one(pvdify: Run, configured: str) -> None:
    assert f"export LEVEL={shlex.quote('debug')}\n" in pvdify("config", configured, "--shell").stdout


@pytest.mark.parametrize(
    ("typed", "meant"), [("LEVLE", "LEVEL"), ("level", "LEVEL"), ("TOKNE", "TOKEN"), ("WORKER", "WORKERS")]
)
def test_a_key_that_is_mistyped_gets_a_suggestion(
    pvdify: Run, configured: str, typed: str, meant: str
) -> None:
    answer = pvdify("config:get", configured, typed)
    assert answer.exit_code == 4
    assert answer.stderr.splitlines()[1] == (
        f"Next:  Did you mean {meant}? pvdify config {configured} lists the keys there are."
    )
    answer = pvdify("config:unset", configured, typed)
    assert answer.exit_code == 0
    assert answer.stderr == f"Warning: {configured} has no config var {typed}. Did you mean {meant}?\n"
