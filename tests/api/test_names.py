"""Which names are taken, and what they tell."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.errors import RuleError
from pvdifyd.names import check_app_name, check_environment, check_process_type, environment_of

GOOD = ["a", "myapp", "my-app", "myapp-staging", "myapp-pr-123", "a1", "a" * 40]
BAD = [
    "",
    "My_App",
    "../x",
    "a\n",
    "a" * 41,
    "a" * 300,
    "1a",
    "-a",
    "a-",
    "a--b",
    "ä",
    "a b",
    "a.b",
    "a\0",
    "\u0661a",
]


@pytest.mark.parametrize("name", GOOD)
def test_good_names_are_taken_as_they_are(name: str) -> None:
    assert check_app_name(name) == name


@pytest.mark.parametrize("name", BAD)
def test_bad_names_are_refused_with_the_rule(name: str) -> None:
    with pytest.raises(RuleError) as refused:
        check_app_name(name)
    assert refused.value.rule == "app_name"
    assert "\n" not in refused.value.detail


@given(st.text(max_size=60))
def test_a_name_that_passes_is_safe_in_a_unit_and_a_path(name: str) -> None:
    try:
        check_app_name(name)
    except RuleError:
        return
    assert re.fullmatch(r"[a-z0-9-]{1,40}", name)


@pytest.mark.parametrize("name", ["", "web-1", "Web", "1web", "web\n", "a" * 17])
def test_bad_process_types_are_refused(name: str) -> None:
    with pytest.raises(RuleError):
        check_process_type(name)


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("myapp", "production"),
        ("myapp-staging", "staging"),
        ("staging", "production"),
        ("myapp-pr-12", "preview"),
        ("myapp-pr-x", "production"),
        ("pr-12", "production"),
    ],
)
def test_the_suffix_tells_the_environment(name: str, environment: str) -> None:
    assert environment_of(name) == environment
    assert check_environment(name, environment) == environment


def test_a_contradiction_is_refused() -> None:
    with pytest.raises(RuleError, match="myapp-staging"):
        check_environment("myapp-staging", "production")
