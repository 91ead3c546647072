"""The stand-in for cloudflared takes the rules that the real one takes, refuses what it refuses, and routes by them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_ins.program import command, module

PROGRAM = module()
LAST = {"service": "http_status:404"}
APP = {"hostname": "myapp.com", "service": "http://127.0.0.1:3000"}


Run = Callable[..., "Ended"]


class Ended(NamedTuple):
    """How the program ended, and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program with these arguments."""

    def run(*arguments: str) -> Ended:
        try:
            code = PROGRAM.main(list(arguments))
        except SystemExit as ended:
            code = ended.code
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def validated(run: Run, tmp_path: Path) -> Run:
    """How `ingress validate` ends for that configuration; text is written as it is."""

    def validated(configuration: object) -> Ended:
        path = tmp_path / "config.yml"
        path.write_text(configuration if isinstance(configuration, str) else json.dumps(configuration))
        return run("tunnel", "--config", str(path), "ingress", "validate")

    return validated


@pytest.mark.parametrize(
    "rules",
    [
        [LAST],
        [APP, LAST],
        [APP, {**APP, "service": "http://127.0.0.1:4000"}, LAST],
        [
            {"hostname": "*.myapp.com", "service": "https://127.0.0.1"},
            {"hostname": "*", "service": "http_status:503"},
        ],
        [{"path": "^/static", "service": "unix:/run/x.sock"}, LAST],
        [{"hostname": "ssh.myapp.com", "service": "ssh://127.0.0.1:22"}, LAST],
    ],
    ids=["catch-all", "one", "a name twice", "wildcard", "path", "another protocol"],
)
def test_accepted(validated: Run, rules: list[dict[str, str]]) -> None:
    ended = validated({"ingress": rules})
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "OK"), ended.err
    assert ended.err == ""


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ([], "any ingress rules"),
        ([APP], "last ingress rule must match all"),
        ([LAST, APP, LAST], "will never be triggered"),
        ([{**APP, "hostname": "myapp.com:443"}, LAST], "cannot contain a port"),
        ([{**APP, "hostname": "my*.com"}, LAST], "wildcard"),
        ([{**APP, "hostname": "*.*.com"}, LAST], "wildcard"),
        ([{**APP, "hostname": "*app.com"}, LAST], "wildcard"),
        ([{**APP, "service": "http://127.0.0.1:3000/app"}, LAST], "different path"),
        ([{**APP, "service": "http://127.0.0.1:3000/"}, LAST], "different path"),
        ([{**APP, "service": "127.0.0.1:3000"}, LAST], "scheme and a hostname"),
        ([{**APP, "service": ""}, LAST], "scheme and a hostname"),
        ([{**APP, "service": "http://127.0.0.1:port"}, LAST], "scheme and a hostname"),
        ([{"service": "http_status:999999"}], "HTTP status code"),
        ([{"service": "http_status:well"}], "HTTP status code"),
        ([{**APP, "path": "("}, LAST], "regex"),
        ([{**APP, "hostname": ["myapp.com"]}, LAST], "unmarshal"),
        (["myapp.com", LAST], "no list of mappings"),
        ({"myapp.com": 1}, "no list of mappings"),
    ],
)
def test_refused(validated: Run, rules: Any, says: str) -> None:
    ended = validated({"ingress": rules})
    assert ended.code == 1
    assert ended.err.startswith("Validation failed: ")
    assert says in ended.err


def test_a_misspelt_key_is_warned_of(validated: Run) -> None:
    ended = validated({"ingres": [], "ingress": [{**APP, "hostnam": "x"}, LAST]})
    assert ended.code == 0
    assert "WRN" in ended.err
    assert "hostnam, ingres" in ended.err


@pytest.mark.parametrize(
    "text", ["ingress: [", '{"ingress": [], "ingress": []}', "[]", ""], ids=["yaml", "twice", "list", "empty"]
)
def test_what_is_no_configuration(validated: Run, text: str) -> None:
    ended = validated(text)
    assert (ended.code, "error parsing YAML" in ended.err) == (1, True)
    assert "Traceback" not in ended.err


def test_a_file_that_is_not_there(run: Run) -> None:
    ended = run("tunnel", "--config", "/nowhere/config.yml", "ingress", "validate")
    assert (ended.code, "No such file" in ended.err) == (1, True)


def test_it_tells_which_rule_it_is(run: Run, validated: Run, tmp_path: Path) -> None:
    validated({"ingress": [APP, LAST]})
    for url, number in (("https://myapp.com/x", 0), ("https://other.com", 1)):
        told = run("tunnel", "--config", str(tmp_path / "config.yml"), "ingress", "rule", url)
        assert f"Matched rule #{number}" in told.out


def test_it_tells_its_version() -> None:
    told = subprocess.check_output(command("--version"), text=True, timeout=30)
    assert told.startswith("cloudflared version 2026.")


@pytest.mark.parametrize("arguments", [(), ("tunnel",), ("tunnel", "run"), ("tunnel", "--confi", "x", "run")])
def test_a_command_that_is_none(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).code == 2


labels = st.text("abc", min_size=1, max_size=2)
names = st.lists(labels, min_size=1, max_size=4).map(".".join)
hostnames = st.builds(lambda wildcard, name: ("*." if wildcard else "") + name, st.booleans(), names)


@given(st.lists(hostnames, max_size=8), names)
def test_the_first_rule_that_matches_takes_it(hostnames: list[str], asked: str) -> None:
    rules = PROGRAM.read_rules(
        {
            "ingress": [
                {"hostname": each, "service": f"http://h:{80 + number}"}
                for number, each in enumerate(hostnames)
            ]
            + [LAST]
        }
    )

    def takes(pattern: str) -> bool:
        if not pattern.startswith("*."):
            return pattern == asked
        base, of_name = pattern.split(".")[1:], asked.split(".")
        return len(of_name) > len(base) and of_name[-len(base) :] == base

    expected = next((number for number, each in enumerate(hostnames) if takes(each)), len(hostnames))
    assert rules.index(PROGRAM.find_rule(rules, asked, "/")) == min(expected, rules.index(rules[expected]))
    # Neither the port nor the case of what was asked for matters.
    assert PROGRAM.find_rule(rules, f"{asked.upper()}:7844", "/") == rules[expected]


def test_a_path_is_part_of_a_rule() -> None:
    rules = PROGRAM.read_rules({"ingress": [{**APP, "path": "^/api"}, LAST]})
    assert PROGRAM.find_rule(rules, "myapp.com", "/api/x") == rules[0]
    assert PROGRAM.find_rule(rules, "myapp.com", "/") == rules[1]
