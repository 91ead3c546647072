"""What shells complete: commands with their colons, options, contexts, and apps that the server is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pvdify.completion import app_names
from tests.cli.conftest import Run
from tests.cli.fake_server import FakeServer

Complete = Callable[..., list[str]]

SHELLS = ("bash", "zsh", "fish")
# What bash makes of the line, calls with it, and prints: the part of each answer that it would insert.
IN_BASH = r"""
set -u
eval "$(pvdify completion bash)"
COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=(pvdify) COMP_CWORD=1
_pvdify_completion pvdify
(( ${#COMPREPLY[@]} )) && printf '%s\n' "${COMPREPLY[@]}"
exit 0
"""


# What zsh's completion would show: a stand-in for it prints what the script hands over.
IN_ZSH = r"""
compdef() { : }
_describe() { print -rl -- ${(P)3} }
compadd() { print -rl -- ${(P)${@[-1]}} }
eval "$(pvdify completion zsh)"
words=("$@") CURRENT=$#
_pvdify_completion
"""
# fish itself, asked for what it would show.
IN_FISH = "pvdify completion fish | source; complete --do-complete $argv[1]"


@pytest.fixture
def environment(tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a shell has: `pvdify` in its path, and the variables that sign in."""
    program = tmp_path / "bin" / "pvdify"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m pvdify "$@"\n')
    program.chmod(0o755)
    search = f"{program.parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": search, "PVDIFY_URL": server.url, "PVDIFY_TOKEN": server.token}


def _in_bash(line: str, environment: dict[str, str]) -> list[str]:
    answer = subprocess.run(
        ["bash", "--norc", "-c", IN_BASH, "bash", line],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout.splitlines()


def _in_zsh(words: list[str], environment: dict[str, str]) -> list[str]:
    """Ask as zsh's script does; each answer is three lines: its type, its value, its help."""
    answer = subprocess.run(
        [sys.executable, "-m", "pvdify"],
        env={
            **environment,
            "_PVDIFY_COMPLETE": "zsh_complete",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    return [line for line in answer.stdout.splitlines() if line]


def _output(command: list[str], environment: dict[str, str]) -> str:
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout


@pytest.mark.parametrize(
    ("line", "inserted"),
    [
        ("pvdify log", ["login", "logout", "logs"]),
        # Of a word with a colon, bash replaces what stands after it.
        ("pvdify apps:c", ["create"]),
        ("pvdify apps:", ["create", "info", "update", "export", "destroy"]),
        ("pvdify deploy --im", ["--image"]),
        ("pvdify completion ", ["bash", "zsh", "fish"]),
        ("pvdify help apps:d", ["destroy"]),
        ("pvdify sca", ["scale"]),
    ],
)
def test_bash_completes_commands_and_options(
    environment: dict[str, str], line: str, inserted: list[str]
) -> None:
    assert sorted(_in_bash(line, environment)) == sorted(inserted)


def test_bash_completes_apps(environment: dict[str, str], server: FakeServer) -> None:
    for name in ("myapp", "myapp-staging", "other"):
        server.state.create({"name": name})
    assert _in_bash("pvdify deploy my", environment) == ["myapp", "myapp-staging"]
    assert _in_bash("pvdify deploy ", environment) == ["myapp", "myapp-staging", "other"]
    assert _in_bash("pvdify logs -f -a o", environment) == ["other"]
    assert _in_bash("pvdify config:set --app=my", environment) == ["myapp", "myapp-staging"]
    assert _in_bash("pvdify registry:login ghcr.io -a o", environment) == ["other"]
    assert _in_bash("pvdify info my", environment) == ["myapp", "myapp-staging"]


def test_what_comes_after_the_app_is_no_app(
    environment: dict[str, str], server: FakeServer, app: str
) -> None:
    assert _in_bash("pvdify ps:restart myapp m", environment) == []
    assert _in_bash("pvdify ps:restart -a myapp m", environment) == []
    assert not server.requests


@pytest.mark.parametrize("fault", ["down", "refused", "nobody signed in", "damaged settings"])
def test_a_server_that_can_not_be_asked_completes_nothing_and_says_nothing(
    environment: dict[str, str], server: FakeServer, app: str, fault: str, tmp_path: Path
) -> None:
    if fault == "down":
        server.stop()
    elif fault == "refused":
        environment["PVDIFY_TOKEN"] = "pvd_wrong"
    elif fault == "nobody signed in":
        del environment["PVDIFY_TOKEN"], environment["PVDIFY_URL"]
    else:
        (tmp_path / "settings" / "pvdify").mkdir(parents=True)
        (tmp_path / "settings" / "pvdify" / "contexts.json").write_text("{")
    assert _in_bash("pvdify deploy my", environment) == []
    assert _in_zsh(["pvdify", "deploy", "my"], environment) == []


def test_a_server_that_does_not_answer_is_waited_for_a_second_at_most(
    server: FakeServer, app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PVDIFY_URL", server.url)
    monkeypatch.setenv("PVDIFY_TOKEN", server.token)
    server.faults.silent = True
    begun = time.monotonic()
    assert app_names.names(None) == []
    assert time.monotonic() - begun < 3


def test_apps_of_the_context_that_the_line_names(
    environment: dict[str, str], alone: Run, server: FakeServer, app: str
) -> None:
    arguments = ("login", "--url", server.url, "--context", "home", "--token-stdin")
    assert alone(*arguments, piped=b"pvd_right").exit_code == 0
    del environment["PVDIFY_TOKEN"], environment["PVDIFY_URL"]
    assert _in_bash("pvdify deploy --context h", environment) == ["home"]
    assert _in_bash("pvdify context ", environment) == ["home"]
    assert _in_bash("pvdify deploy --context home my", environment) == ["myapp"]


def test_zsh_and_fish_are_told_what_commands_do(environment: dict[str, str]) -> None:
    assert _in_zsh(["pvdify", "apps:c"], environment) == ["plain", r"apps\:create", "Create an app."]
    assert _in_zsh(["pvdify", "deploy", "--im"], environment)[:2] == ["plain", "--image"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("pvdify apps:c", {"apps:create": "Create an app."}),
        ("pvdify sca", {"scale": "ps:scale."}),
        # All of the help, whatever is in it.
        ("pvdify deploy --im", {"--image": "Container image [the app's current one, pulled anew]."}),
    ],
)
def test_zsh_and_fish_show_commands_and_options_with_their_help(
    environment: dict[str, str], line: str, shown: dict[str, str]
) -> None:
    by_zsh = _output(["zsh", "-f", "-c", IN_ZSH, "zsh", *line.split()], environment)
    # Of a description, zsh takes what stands after the first colon that is not escaped.
    described = [":".join((word.replace(":", r"\:"), text)) for word, text in shown.items()]
    assert by_zsh.splitlines() == described
    by_fish = _output(["fish", "--no-config", "-c", IN_FISH, line], environment)
    assert dict(answer.split("\t") for answer in by_fish.splitlines()) == shown


def test_zsh_and_fish_complete_apps(environment: dict[str, str], server: FakeServer, app: str) -> None:
    by_zsh = _output(["zsh", "-f", "-c", IN_ZSH, "zsh", "pvdify", "deploy", "my"], environment)
    by_fish = _output(["fish", "--no-config", "-c", IN_FISH, "pvdify deploy my"], environment)
    assert (by_zsh, by_fish) == ("myapp\n", "myapp\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_one_that_the_shell_takes(pvdify: Run, shell: str) -> None:
    script = pvdify("completion", shell).stdout
    assert "_PVDIFY_COMPLETE" in script
    answer = subprocess.run(
        [shell, "-n"], input=script, capture_output=True, text=True, timeout=20, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_shell_that_is_none_of_them(pvdify: Run) -> None:
    answer = pvdify("completion", "tcsh")
    assert answer.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in answer.stderr
