"""`TYPE=N…` and `TYPE.N`, read; and what was meant, when they are not that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdify.arguments import formation, process_name
from pvdify.errors import UsageError

TYPES = st.from_regex(r"[a-z][a-z0-9]{0,15}", fullmatch=True)


@given(st.dictionaries(TYPES, st.integers(0, 100), min_size=1, max_size=4))
def test_what_is_written_is_read(counts: dict[str, int]) -> None:
    values = formation.shown(counts).split()
    assert formation.parse(values, values) == counts


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_anything_else_is_a_usage_error_that_names_the_value(values: list[str]) -> None:
    refusal, counts = None, {}
    try:
        counts = formation.parse(values, values)
    except UsageError as error:
        refusal = error
    if refusal is None:
        assert len(counts) == len(values)
    else:
        assert any(repr(value) in refusal.message or value in refusal.message for value in values)
        assert refusal.next_step


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("web", "a process type and how many of it shall run"),
        ("", "a process type and how many of it shall run"),
        ("web=two", "the count of web is a whole number from 0 to 100"),
        ("web=-1", "the count of web is a whole number from 0 to 100"),
        ("web=+1", "the count of web is a whole number from 0 to 100"),
        ("web=1.5", "the count of web is a whole number from 0 to 100"),
        ("web=", "the count of web is a whole number from 0 to 100"),
        ("web=\u0661", "the count of web is a whole number from 0 to 100"),
        ("my-web=1", "a process type has the letters a-z and digits"),
        ("../x=1", "a process type has the letters a-z and digits"),
        ("=1", "a process type has the letters a-z and digits"),
    ],
)
def test_the_rule_that_is_broken_is_named(value: str, rule: str) -> None:
    with pytest.raises(UsageError) as error:
        formation.parse([value], [value])
    assert error.value.message.startswith(f"{value!r} is not TYPE=N: {rule}")
    assert str(error.value.next_step) == "As in pvdify ps:scale APP web=2 worker=0."


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["web:2"], "web=2"),
        (["web", "2"], "web=2"),
        (["web", "=", "2"], "web=2"),
        (["web==2"], "web=2"),
        (["Web=2"], "web=2"),
        (["web=2,worker=1"], "web=2 worker=1"),
        (["web=2,", "worker=1"], "web=2 worker=1"),
    ],
)
def test_what_was_meant_is_offered(typed: list[str], meant: str) -> None:
    with pytest.raises(UsageError) as error:
        formation.parse(typed, typed)
    assert str(error.value.next_step).startswith(f"Did you mean {meant}? ")


def test_a_type_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="twice"):
        formation.parse(["web=1", "web=2"], [])


@given(TYPES, st.none() | st.integers(1, 9999))
def test_a_process_or_an_instance_is_read(process: str, instance: int | None) -> None:
    text = process if instance is None else f"{process}.{instance}"
    assert process_name.parse(text) == (process, instance)
    assert str(process_name.parse(text)) == text


@pytest.mark.parametrize("text", ["", "web.", "web.0", "web.-1", "web.x", ".1", "web.1.2", "my-web", "web=1"])
def test_no_process_says_what_one_is(text: str) -> None:
    with pytest.raises(UsageError) as error:
        process_name.parse(text)
    assert error.value.message.startswith(f"{text!r} is not TYPE or TYPE.N: ")
    assert "pvdify ps APP" in str(error.value.next_step)


@pytest.mark.parametrize(("text", "meant"), [("Web", "web"), ("web:2", "web.2"), (" web ", "web")])
def test_the_process_that_was_meant_is_offered(text: str, meant: str) -> None:
    with pytest.raises(UsageError) as error:
        process_name.parse(text)
    assert str(error.value.next_step).startswith(f"Did you mean {meant}? ")
