"""What becomes of a domain's records, decided from those that are there."""

from __future__ import annotations

import pytest

from pvdifyd.host_program.edge import records
from pvdifyd.host_program.edge.records import Decision, Record, comment_of, target_of
from pvdifyd.host_program.edge.zones import candidates

TARGET = target_of("5F3C1D8E-0000-4000-8000-9b1f6a7c2d11")
OURS = comment_of("my-app", "web1")


def record(kind: str = "CNAME", content: str = TARGET, *, proxied: bool = True, comment: str = "") -> Record:
    return Record("1", kind, "my.com", content, proxied, comment)


def wanted(*there: Record, force: bool = False, known: str | None = None) -> Decision:
    return records.wanted(there, TARGET, host="web1", force=force, known=known)


def test_no_record_is_made() -> None:
    assert wanted() == Decision("created")


def test_ours_is_left_and_somebody_elses_that_leads_here_adopted() -> None:
    assert wanted(record(comment=OURS)).change == "none"
    assert wanted(record(comment="mine")).change == "adopted"
    assert wanted(record(content=TARGET.upper() + ".")).change == "adopted"


def test_one_that_leads_here_past_the_proxy_is_put_behind_it() -> None:
    assert wanted(record(proxied=False)).change == "updated"


@pytest.mark.parametrize(
    "foreign",
    [
        record("A", "192.0.2.1"),
        record("AAAA", "2001:db8::1"),
        record(content="elsewhere.example.net"),
        record("A", "192.0.2.1", comment="pvdify my-app on web2"),
        record("A", "192.0.2.1", comment="pvdify"),
        record("A", "192.0.2.1", comment="pvdify my app on web1"),
    ],
)
def test_somebody_elses_is_overwritten_by_force_alone(foreign: Record) -> None:
    assert wanted(foreign) == Decision("refused", foreign)
    assert wanted(foreign, force=True) == Decision("updated", foreign)


def test_ours_that_leads_elsewhere_is_brought_here() -> None:
    before = record(content=target_of("another-tunnel"), comment=OURS)
    assert wanted(before) == Decision("updated", before)


def test_one_that_was_adopted_before_is_ours_whatever_its_comment_says() -> None:
    before = record(content=target_of("another-tunnel"), comment="mine")
    assert wanted(before, known="1") == Decision("updated", before)
    assert wanted(before, known="2") == Decision("refused", before)
    assert wanted(record(comment="mine"), known="1").change == "none"


def test_what_stands_beside_the_one_that_is_overwritten_goes() -> None:
    one, two = record("A", "192.0.2.1"), record("A", "192.0.2.2")
    assert wanted(one, two).change == "refused"
    assert wanted(one, two, force=True) == Decision("updated", one, (two,))


def test_only_what_leads_here_is_deleted() -> None:
    here, elsewhere = record(comment="mine"), record("A", "192.0.2.1", comment=OURS)
    assert records.unwanted([here], TARGET) == Decision("deleted", here)
    assert records.unwanted([elsewhere], TARGET) == Decision("left", elsewhere)
    assert records.unwanted([], TARGET) == Decision("none")


def test_a_comment_that_is_cut_is_known_again() -> None:
    host = "h" * 200
    assert len(comment_of("my-app", host)) == 100
    before = record("A", "192.0.2.1", comment=comment_of("my-app", host))
    assert records.wanted([before], TARGET, host=host, force=False).change == "updated"


@pytest.mark.parametrize(
    ("domain", "names"),
    [
        ("my.com", ["my.com"]),
        ("a.b.my.com", ["a.b.my.com", "b.my.com", "my.com"]),
        ("*.my.com", ["my.com"]),
        ("*.a.my.co.uk", ["a.my.co.uk", "my.co.uk", "co.uk"]),
    ],
)
def test_the_names_that_a_zone_can_have(domain: str, names: list[str]) -> None:
    assert candidates(domain) == names
