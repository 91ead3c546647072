"""Times in questions for logs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.errors import RuleError
from pvdifyd.http.logs.times import microseconds


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)),
    st.integers(-23 * 60, 23 * 60),
)
def test_a_moment_is_what_rfc_3339_says(moment: datetime, minutes: int) -> None:
    written = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    since = written - datetime(1970, 1, 1, tzinfo=UTC)
    assert microseconds(written.isoformat()) == max(0, since // timedelta(microseconds=1))


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("5m", 300), ("1h", 3600)])
def test_a_duration_is_so_long_ago(text: str, seconds: int) -> None:
    assert abs(time.time() - seconds - microseconds(text) / 1_000_000) < 5


def test_nothing_is_before_the_epoch() -> None:
    assert microseconds("0001-01-01T00:00:00Z") == 0
    assert microseconds("999999h") == 0


@given(st.text(st.characters(exclude_characters="smhZz0123456789")))
def test_any_other_text_is_refused_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(RuleError, match="2026-01-05T10:30:00Z") as refused:
        microseconds(text)
    assert refused.value.rule == "time"
