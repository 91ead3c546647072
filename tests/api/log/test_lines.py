"""The two forms of a line: readable, and one JSON object; neither with what a user sent by mistake."""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd import log, tokens
from pvdifyd.log import context
from pvdifyd.log.lines import JsonLines, TextLines


@pytest.fixture(autouse=True)
def _about_nothing() -> None:
    """Whatever this thread answered before."""
    context.end_request()


def record(message: str, *arguments: Any, **options: Any) -> logging.LogRecord:
    extra = options.pop("extra", {})
    made = logging.LogRecord(
        "pvdifyd.test", logging.INFO, "", 1, message, arguments, options.pop("exc_info", None)
    )
    for name, value in extra.items():
        setattr(made, name, value)
    return made


def fault(error: Exception) -> Any:
    try:
        raise error
    except Exception:
        return sys.exc_info()


def as_json(made: logging.LogRecord) -> dict[str, Any]:
    line = JsonLines().format(made)
    assert "\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_line_says_when_how_grave_where_and_what() -> None:
    made = record("the worker is ready, with %d operations", 4)
    made.created = 1767609000.1239
    assert TextLines().format(made) == (
        "2026-01-05T10:30:00.123Z INFO pvdifyd.test: the worker is ready, with 4 operations"
    )
    assert as_json(made) == {
        "time": "2026-01-05T10:30:00.123Z",
        "level": "info",
        "logger": "pvdifyd.test",
        "message": "the worker is ready, with 4 operations",
    }


def test_a_line_says_what_request_and_operation_it_is_about() -> None:
    context.begin_request("mine-1")
    assert TextLines().format(record("hello")).endswith("hello [request=mine-1]")
    with context.of_operation(7, "theirs"):
        assert TextLines().format(record("hello")).endswith("hello [request=theirs operation=7]")
        line = as_json(record("hello"))
        assert (line["request"], line["operation"]) == ("theirs", 7)
    with context.of_operation(8, None):
        assert context.fields() == {"operation": 8}
    assert context.fields() == {"request": "mine-1"}
    context.end_request()
    assert context.fields() == {}


def test_a_thread_s_lines_are_about_its_own_request() -> None:
    context.begin_request("mine")
    found: list[Any] = []
    other = threading.Thread(target=lambda: found.append(context.fields()))
    other.start()
    other.join()
    context.end_request()
    assert found == [{}]


def test_fields_of_its_own_are_fields_of_the_object() -> None:
    made = record("GET /health 200", extra={"told": {"method": "GET", "status": 200, "operation": 9}})
    assert as_json(made)["status"] == 200
    assert TextLines().format(made).endswith("GET /health 200 [operation=9]")


def test_a_token_is_masked_wherever_it_stands() -> None:
    token = tokens.new()
    made = record("%s", token, extra={"told": {"path": f"/{token}/"}}, exc_info=fault(OSError(token)))
    for line in (TextLines().format(made), JsonLines().format(made)):
        assert token not in line
        assert "pvd_…" in line or "pvd_\\u2026" in line


def test_a_fault_says_where_it_came_from_and_not_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        try:
            int("canary")
        except ValueError as error:
            raise KeyError("canary") from error
    except KeyError:
        made = record("it broke", exc_info=sys.exc_info())
    monkeypatch.delenv("PVDIFYD_DEBUG", raising=False)
    for said in (TextLines().format(made), as_json(made)["exception"]):
        assert 'int("canary")' in said, "the source is no secret"
        assert "ValueError: (its message may hold what was sent: PVDIFYD_DEBUG=1 shows it)" in said
        assert "KeyError: (its message" in said
        assert "test_lines.py" in said
        assert "'canary'" not in said
    monkeypatch.setenv("PVDIFYD_DEBUG", "1")
    assert "KeyError: 'canary'" in TextLines().format(made)


@pytest.mark.parametrize(
    "error", [FileNotFoundError(2, "No such file"), sqlite3.OperationalError("database is locked")]
)
def test_a_fault_of_the_machine_is_told_whole(error: Exception) -> None:
    assert str(error) in TextLines().format(record("it broke", exc_info=fault(error)))


@given(st.text())
def test_whatever_a_message_holds_a_json_line_is_one_line(text: str) -> None:
    assert as_json(record("%s", text))["message"] == text


@pytest.fixture
def own_logging() -> Any:
    """Python's logging as it was before the test."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, threading.excepthook
    yield
    root.handlers[:], threading.excepthook = handlers, hook
    root.setLevel(level)
    logging.captureWarnings(False)


def test_a_thread_that_breaks_writes_a_line(own_logging: Any, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("json")
    thread = threading.Thread(target=lambda: int("canary"), name="reader")
    thread.start()
    thread.join()
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["message"]) == ("critical", "the thread reader broke")
    assert "ValueError: (its message" in line["exception"]


def test_last_words_have_the_form_of_the_lines(own_logging: Any) -> None:
    log.configure("text")
    assert log.last_words("pvdifyd: no") == "pvdifyd: no"
    log.configure("json")
    assert json.loads(log.last_words("pvdifyd: no"))["message"] == "pvdifyd: no"
