"""Several servers: which of them a command talks to, and that no token goes to another one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdify.access import fingerprints
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer


@pytest.fixture
def other_server() -> Iterator[FakeServer]:
    fake = FakeServer()
    fake.state.access.make("others", text="pvd_other")
    fake.state.access.end("tests", "revoked")
    yield fake
    fake.stop()


@pytest.fixture
def _two(alone: Run, server: FakeServer, other_server: FakeServer) -> None:
    """Signed in to both: `one`, and then `two`."""
    for name, each, token in (("one", server, b"pvd_right"), ("two", other_server, b"pvd_other")):
        arguments = ("login", "--url", each.url, "--context", name, "--token-stdin")
        assert alone(*arguments, piped=token).exit_code == 0
        each.requests.clear()


two_contexts = pytest.mark.usefixtures("_two")


@two_contexts
@pytest.mark.parametrize(
    ("option", "variable", "asked"),
    [(None, None, "two"), (None, "one", "one"), ("one", None, "one"), ("two", "one", "two")],
)
def test_the_option_counts_before_the_variable_before_the_current_one(
    alone: Run,
    server: FakeServer,
    other_server: FakeServer,
    option: str | None,
    variable: str | None,
    asked: str,
) -> None:
    options = ["--context", option] if option else []
    assert alone("apps", *options, PVDIFY_CONTEXT=variable).exit_code == 0
    assert (len(server.requests), len(other_server.requests)) == ((1, 0) if asked == "one" else (0, 1))


@two_contexts
def test_a_context_that_is_named_counts_before_the_environment_as_a_whole(
    alone: Run, server: FakeServer, other_server: FakeServer
) -> None:
    elsewhere = {"PVDIFY_URL": server.url, "PVDIFY_TOKEN": "pvd_right", "PVDIFY_CA_FILE": "/nowhere"}
    assert alone("apps", "--context", "two", **elsewhere).exit_code == 0
    assert not server.requests
    # Not the environment's token, which may be for another server.
    assert other_server.requests[0].headers["Authorization"] == "Bearer pvd_other"


@two_contexts
def test_the_environment_counts_before_the_context_of_a_variable(
    alone: Run, server: FakeServer, other_server: FakeServer
) -> None:
    elsewhere = {"PVDIFY_URL": server.url, "PVDIFY_TOKEN": "pvd_right", "PVDIFY_CONTEXT": "two"}
    assert alone("apps", **elsewhere).exit_code == 0
    assert not other_server.requests


@two_contexts
def test_a_token_of_the_environment_counts_before_a_stored_one(alone: Run, other_server: FakeServer) -> None:
    answer = alone("apps", PVDIFY_TOKEN="pvd_given")
    assert answer.exit_code == 3
    assert other_server.requests[0].headers["Authorization"] == "Bearer pvd_given"


@two_contexts
def test_a_stored_token_goes_to_its_own_server_alone(alone: Run) -> None:
    stranger = FakeServer()
    answer = alone("apps", PVDIFY_URL=stranger.url)
    stranger.stop()
    assert answer.exit_code == 3
    assert f"You are not signed in to {stranger.url}" in answer.stderr
    assert f"pvdify login --url {stranger.url}" in answer.stderr
    assert not stranger.requests


@two_contexts
def test_a_url_of_the_environment_finds_the_token_that_was_stored_for_it(
    alone: Run, server: FakeServer
) -> None:
    assert alone("apps", PVDIFY_URL=f"{server.url}/").exit_code == 0


@two_contexts
def test_an_edited_url_does_not_get_the_token_of_before(alone: Run, tmp_path: Path) -> None:
    file = tmp_path / "settings" / "pvdify" / "contexts.json"
    content = json.loads(file.read_text())
    content["contexts"]["two"]["url"] = "https://attacker.invalid"
    file.write_text(json.dumps(content))
    answer = alone("apps")
    assert answer.exit_code == 3
    assert "You are not signed in to https://attacker.invalid" in answer.stderr


@two_contexts
def test_contexts_are_listed_without_tokens(alone: Run, server: FakeServer, other_server: FakeServer) -> None:
    answer = alone("contexts")
    assert [line.split()[:3] for line in answer.stdout.splitlines()] == [
        ["CONTEXT", "URL", "TOKEN"],
        ["one", server.url, "file"],
        ["*", "two", other_server.url],
    ]
    listed = json.loads(alone("contexts", "--json").stdout)
    assert [(each["name"], each["current"]) for each in listed] == [("one", False), ("two", True)]
    assert "pvd_" not in answer.output + alone("contexts", "--json").output


def test_no_contexts(alone: Run) -> None:
    assert alone("contexts").stdout == "No contexts. pvdify login --url URL makes one.\n"
    answer = alone("context")
    assert answer.exit_code == 2
    assert "pvdify login --url URL makes one" in answer.stderr


@two_contexts
def test_the_current_one_is_shown_and_chosen(alone: Run, server: FakeServer) -> None:
    assert alone("context").stdout.startswith("two (")
    assert alone("context", "one").stdout == f"one ({server.url})\n"
    assert json.loads(alone("context", "--json").stdout)["name"] == "one"
    assert alone("apps").exit_code == 0
    assert server.requests


@two_contexts
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PVDIFY_URL", "https://other.example.com"),
        ("PVDIFY_TOKEN", "pvd_other"),
        ("PVDIFY_CONTEXT", "two"),
    ],
)
def test_a_variable_that_counts_before_the_chosen_one_is_named(alone: Run, variable: str, value: str) -> None:
    answer = alone("context", "one", **{variable: value})
    assert answer.exit_code == 0
    assert answer.stderr == f"Note: {variable} is set, and counts before it: unset {variable}\n"


@two_contexts
@pytest.mark.parametrize(
    ("arguments", "variable", "origin"),
    [
        (["context", "tow"], None, "NAME"),
        (["apps", "--context", "tow"], None, "--context"),
        (["logout", "--context", "tow"], None, "--context"),
        (["apps"], "tow", "PVDIFY_CONTEXT"),
    ],
)
def test_an_unknown_context_gets_a_suggestion(
    alone: Run, arguments: list[str], variable: str | None, origin: str
) -> None:
    answer = alone(*arguments, PVDIFY_CONTEXT=variable)
    assert answer.exit_code == 2
    assert f"{origin}: there is no context 'tow'." in answer.stderr
    assert "Did you mean two?" in answer.stderr


@two_contexts
def test_a_logout_forgets_the_token_and_keeps_the_server(
    alone: Run, other_server: FakeServer, tmp_path: Path
) -> None:
    assert alone("logout").stdout == f"Signed out of two ({other_server.url}).\n"
    assert "pvd_other" not in (tmp_path / "settings" / "pvdify" / "tokens.json").read_text()
    answer = alone("apps")
    assert answer.exit_code == 3
    assert "pvdify login --context two" in answer.stderr
    assert alone("logout").stdout.startswith("You were not signed in to two")
    assert alone("login", "--token-stdin", piped=b"pvd_other").exit_code == 0


@two_contexts
def test_a_logout_that_forgets_the_server_too(alone: Run) -> None:
    alone("logout", "--context", "two", "--forget")
    assert [each["name"] for each in json.loads(alone("contexts", "--json").stdout)] == ["one"]
    answer = alone("apps")
    assert answer.exit_code == 2
    assert "pvdify context NAME chooses one of: one" in answer.stderr


@two_contexts
def test_a_logout_says_that_a_variable_still_signs_in(alone: Run) -> None:
    assert "unset PVDIFY_TOKEN" in alone("logout", PVDIFY_TOKEN="pvd_right").stderr


@two_contexts
def test_a_context_that_gets_another_url_forgets_the_token_of_before(
    alone: Run, server: FakeServer, tmp_path: Path
) -> None:
    arguments = ("login", "--url", server.url, "--context", "two", "--token-stdin")
    assert alone(*arguments, piped=b"pvd_right").exit_code == 0
    assert "pvd_other" not in (tmp_path / "settings" / "pvdify" / "tokens.json").read_text()


def test_a_context_is_named_after_its_host(alone: Run, server: FakeServer, other_server: FakeServer) -> None:
    for each, token in ((server, b"pvd_right"), (other_server, b"pvd_other"), (server, b"pvd_right")):
        assert alone("login", "--url", each.url, "--token-stdin", piped=token).exit_code == 0
    port = other_server.server_address[1]
    names = [each["name"] for each in json.loads(alone("contexts", "--json").stdout)]
    assert names == ["127.0.0.1", f"127.0.0.1-{port}"]


def _other_login(alone: Run, server: FakeServer, other_server: FakeServer, *options: str) -> list[str]:
    """Sign in to a server, and meanwhile to the other; give what the contexts are called then."""

    def meanwhile() -> None:
        server.faults.before_answer = lambda: None
        login = ("login", "--url", other_server.url, *options, "--token-stdin")
        program = [sys.executable, "-m", "pvdify", *login]
        subprocess.run(program, input=b"pvd_other", check=True, timeout=30, capture_output=True)

    server.faults.before_answer = meanwhile
    answer = alone("login", "--url", server.url, "--token-stdin", piped=b"pvd_right")
    assert answer.exit_code == 0
    return [each["name"] for each in json.loads(alone("contexts", "--json").stdout)]


def test_a_context_that_was_made_meanwhile_stays(
    alone: Run, server: FakeServer, other_server: FakeServer
) -> None:
    assert _other_login(alone, server, other_server, "--context", "other") == ["other", "127.0.0.1"]
    assert alone("apps", "--context", "other").exit_code == 0
    assert alone("context").stdout.startswith("127.0.0.1 (")


def test_a_name_that_was_taken_meanwhile_is_not_taken_again(
    alone: Run, server: FakeServer, other_server: FakeServer
) -> None:
    port = server.server_address[1]
    assert _other_login(alone, server, other_server) == ["127.0.0.1", f"127.0.0.1-{port}"]


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "a b", "-a", "x" * 101])
def test_what_is_no_name_for_a_context(alone: Run, server: FakeServer, name: str) -> None:
    answer = alone("login", "--url", server.url, "--context", name, "--token-stdin", piped=b"pvd_right")
    assert answer.exit_code == 2
    assert not server.requests


@pytest.mark.parametrize("content", ["", "{", "[]", '{"contexts": 1}', '{"contexts": {"a": {}}}', "\0"])
def test_a_damaged_file_is_named(alone: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "settings" / "pvdify" / "contexts.json"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    for command in ("apps", "contexts", "login"):
        answer = alone(command)
        assert answer.exit_code == 2
        assert f"{file} is damaged" in answer.stderr


def test_where_nothing_can_be_kept_the_file_is_named(alone: Run, server: FakeServer, tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("a file, where a directory should be")
    answer = alone("login", "--url", server.url, "--token-stdin", piped=b"pvd_right")
    assert answer.exit_code == 2
    assert "can't be written" in answer.stderr


def test_without_a_home_the_environment_is_enough(pvdify: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(path: Path) -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "expanduser", no_home)
    assert pvdify("apps", XDG_CONFIG_HOME=None).exit_code == 0


@given(st.binary(min_size=32, max_size=32).map(bytes.hex))
def test_a_fingerprint_reads_as_it_is_shown(digits: str) -> None:
    assert fingerprints.parse(fingerprints.shown(digits), "--fingerprint") == digits
