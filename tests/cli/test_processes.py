"""The `--process` option."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdify.arguments.processes import parse, shown
from pvdify.errors import UsageError

TYPES = st.from_regex(r"[a-z][a-z0-9]{0,15}", fullmatch=True)
COMMANDS = st.none() | st.text(min_size=1).filter(str.strip)


@given(st.dictionaries(TYPES, st.tuples(st.integers(0, 100), COMMANDS), max_size=3))
def test_what_is_written_is_read(processes: dict[str, tuple[int, str | None]]) -> None:
    values = [
        f"{name}={count}" if command is None else f"{name}={count}:{command}"
        for name, (count, command) in processes.items()
    ]
    assert parse(values) == {
        name: {"command": command, "count": count} for name, (count, command) in processes.items()
    }
    assert shown(parse(values)) == ", ".join(values)


@pytest.mark.parametrize(
    "value", ["", "web", "web=", "web=two", "=1", "web=-1", "web:1", "web=1:", "web=1: ", "web=1.5"]
)
def test_another_shape_is_refused_with_an_example(value: str) -> None:
    with pytest.raises(UsageError) as error:
        parse([value])
    assert repr(value) in error.value.message
    assert "--process web=2" in str(error.value.next_step)


def test_a_type_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="twice"):
        parse(["web=1", "web=2"])


def test_a_command_keeps_its_colons_and_equals_signs() -> None:
    assert parse(["web=1:run --listen=:8080"])["web"]["command"] == "run --listen=:8080"
