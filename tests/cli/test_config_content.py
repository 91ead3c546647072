"""Files with config: which format they have, and what JSON may hold."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdify.config import content
from pvdify.errors import UsageError
from tests.cli.test_dotenv import KEYS, VALUES


@given(st.dictionaries(KEYS, VALUES, max_size=6), st.booleans(), st.sampled_from([None, "json"]))
def test_json_is_read_as_it_is(values: dict[str, str], ascii_only: bool, form: str | None) -> None:
    assert content.parse(json.dumps(values, ensure_ascii=ascii_only), "file", form) == values


def test_the_content_tells_the_format() -> None:
    assert content.parse('\ufeff \n{"A": "1"}', "file", None) == {"A": "1"}
    assert content.parse('A={"B": 1}', "file", None) == {"A": '{"B": 1}'}


def test_a_format_that_is_named_counts() -> None:
    with pytest.raises(UsageError, match="has no ="):
        content.parse('{"A": "1"}', "file", "dotenv")
    with pytest.raises(UsageError, match="line 1: this is not JSON"):
        content.parse("A=1", "file", "json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"A": "hunter2"', "my.json, line 1: this is not JSON"),
        ('{"A": "x",\n "B": hunter2}', "my.json, line 2: this is not JSON"),
        ('["hunter2"]', "my.json is not a JSON object of keys and values"),
        ('{"A": 12345}', "my.json: A is a number, and a value is a text"),
        ('{"A": 1.5}', "my.json: A is a number"),
        ('{"A": true}', "my.json: A is true or false"),
        ('{"A": null}', "my.json: A is null"),
        ('{"A": ["hunter2"]}', "my.json: A is a list"),
        ('{"A": {"B": "hunter2"}}', "my.json: A is an object"),
        ('{"a-b": "hunter2"}', "my.json: 'a-b' is not a key"),
        ('{"A": "hunter2\\ud800"}', "my.json: A has half of a character"),
        ("[" * 100_000, "my.json is not JSON that can be read"),
        ('{"A": ' + "1" * 10_000 + "}", "my.json is not JSON that can be read"),
    ],
)
def test_other_json_is_refused_without_showing_a_value(text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        content.parse(text, "my.json", None)
    assert error.value.message.startswith(message)
    assert "hunter2" not in f"{error.value.message} {error.value.next_step}"
