"""The script that is sent to a host: it runs with a bare Python, and answers in one marked line."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pvdifyd.engine.payload import NoAnswer, answer_in, script

inert_text = st.text(st.characters(exclude_categories=["Cs"]))


def send(program: bytes) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-I", "-"], input=program, capture_output=True, timeout=30, check=False
    )


def test_a_step_runs_with_nothing_installed() -> None:
    ended = send(script("free_port", {"start": 20000, "end": 32767, "exclude": []}))
    answer = answer_in(ended.stdout.decode(), ended.stderr.decode())
    assert 20000 <= answer["port"] <= 32767
    assert answer["seconds"] >= 0


def test_a_failure_is_an_answer_with_a_code() -> None:
    ended = send(script("free_port", {"start": 2, "end": 1, "exclude": []}))
    answer = answer_in(ended.stdout.decode(), ended.stderr.decode())
    assert answer["failed"]
    assert answer["code"] == "no_free_port"


def test_an_unknown_step_is_refused() -> None:
    ended = send(script("__import__", {}))
    assert answer_in(ended.stdout.decode(), "")["code"] == "unknown_step"


@settings(max_examples=20)
@given(inert_text)
def test_arguments_arrive_as_text(value: str) -> None:
    ended = send(script(f"no such step {value}", {"text": value}))
    assert repr(f"no such step {value}") in answer_in(ended.stdout.decode(), "")["msg"]


def test_silence_is_told_with_the_last_words() -> None:
    with pytest.raises(NoAnswer, match="python3: not found"):
        answer_in("", "warning\npython3: not found\n")
    with pytest.raises(NoAnswer, match="it said nothing"):
        answer_in("", "")


def test_noise_around_the_answer_does_no_harm() -> None:
    assert answer_in('Welcome!\npvdify-answer:{"failed": false}\nbye\n', "") == {"failed": False}
