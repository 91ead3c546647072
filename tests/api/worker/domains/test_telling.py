"""What is told of a run that brought domains, without a database."""

from __future__ import annotations

from typing import Any

from pvdifyd.worker.domains.telling import notes


def told(**domains: Any) -> list[str]:
    return list(notes({"domains": {f"{name}.example.com": end for name, end in domains.items()}}))


def test_a_record_that_leads_elsewhere_is_shown() -> None:
    left = {"change": "left", "record": {"type": "A", "content": "192.0.2.7"}}
    (note,) = told(a=left)
    assert note == "Left as they are, since they do not lead to the tunnel: a.example.com (A 192.0.2.7)."


def test_of_a_zone_that_is_not_seen_nothing_is_said_that_nobody_looked_at() -> None:
    (note,) = told(a={"change": "left", "record": None}, b={"change": "none", "record": None})
    assert note == (
        "The token sees no zone of these, so that no record of theirs was looked for: a.example.com. One that is there "
        "still has to be removed at Cloudflare."
    )
