"""What a run found out about domains, without a database."""

from __future__ import annotations

from typing import Any

import pytest

from pvdifyd.models import Domain
from pvdifyd.operations.domains.touched import NOTHING, Touched
from pvdifyd.worker.domains.verdicts import verdicts
from tests.api.fake_engine import Failure, Outcome

SILENT = Failure("cloudflare_silent", "Cloudflare did not answer.", "dns", {"next_step": "Try again."})
REASON = {"code": "zone_not_found", "message": "There is no zone.", "next_step": "Make one."}


def rows(*names: str) -> tuple[Domain, ...]:
    return tuple(Domain(name=name) for name in names)


def ended(failure: Failure | None = None, **results: dict[str, Any]) -> Outcome:
    return Outcome(failure is None, True, failure, results)


def told(**states: str) -> dict[str, Any]:
    """What a phase tells of domains, of which each is called by one letter."""
    return {
        "domains": {
            name: {"state": state, "reason": REASON if state == "failed" else None}
            for name, state in states.items()
        }
    }


def found(
    about: Touched, outcome: Outcome | None, *, of_edge: bool = False
) -> tuple[dict[str, str], str | None]:
    """The status of each domain, and the code of the operation's reason."""
    made = verdicts(about, outcome, of_edge=of_edge)
    return {one.row.name: one.status for one in made.each}, made.reason["code"] if made.reason else None


def test_nothing_had_to_be_run() -> None:
    about = Touched(wanted=rows("a"), unwanted=rows("b"), rerouted=rows("c"))
    assert found(about, None) == ({"a": "active", "b": "gone"}, None)
    assert found(NOTHING, None) == ({}, None)


def test_each_domain_has_its_own_end() -> None:
    about = Touched(wanted=rows("a", "b"), unwanted=rows("c", "d"))
    outcome = ended(ingress={}, dns=told(a="active", b="failed", c="gone", d="failed"))
    statuses = {"a": "active", "b": "failed", "c": "gone", "d": "failed"}
    assert found(about, outcome) == (statuses, "zone_not_found")


def test_the_operations_reason_names_the_first_and_counts_them() -> None:
    names = [f"d{number}" for number in range(8)]
    about = Touched(wanted=rows("fine", *names))
    reason = verdicts(about, ended(dns=told(fine="active", **dict.fromkeys(names, "failed")))).reason
    assert reason is not None
    assert reason["message"] == "8 of 9 domains failed: d0, d1, d2, d3, d4 and 3 more. d0: There is no zone."
    assert (reason["phase"], reason["next_step"]) == ("dns", "Make one.")
    alone = verdicts(Touched(wanted=rows("a")), ended(caddy=told(a="failed"))).reason
    assert alone is not None
    assert (alone["message"], alone["phase"]) == ("a: There is no zone.", "caddy")


def test_what_a_run_that_failed_did_not_come_to_failed_with_it() -> None:
    about = Touched(wanted=rows("a", "b"), unwanted=rows("c"), rerouted=rows("d"))
    outcome = ended(SILENT, dns=told(a="active"))
    assert found(about, outcome) == (
        {"a": "active", "b": "failed", "c": "failed", "d": "failed"},
        "cloudflare_silent",
    )


@pytest.mark.parametrize(
    ("phase", "results", "status"),
    [
        ("dns", {"ingress": {}}, "gone"),
        ("dns", {}, "failed"),
        ("ingress", {"ingress": {}}, "failed"),
        ("ingress", {}, "failed"),
        (None, {}, "failed"),
    ],
)
def test_one_is_gone_when_its_route_is_too(phase: str | None, results: Any, status: str) -> None:
    failure = Failure("cloudflare_silent", "It failed.", phase, {})
    outcome = ended(failure, dns=told(a="gone"), **results)
    assert found(Touched(unwanted=rows("a")), outcome)[0] == {"a": status}


def test_caddy_that_told_of_domains_has_routed_though_another_one_failed() -> None:
    about = Touched(wanted=rows("b"), unwanted=rows("a"))
    failure = Failure("ingress_invalid", "b gets no certificate.", "caddy", {})
    outcome = ended(failure, caddy=told(a="gone", b="failed"))
    assert found(about, outcome)[0] == {"a": "gone", "b": "failed"}
    assert found(about, ended(failure))[0] == {"a": "failed", "b": "failed"}, "it told of none"
    assert found(about, ended(failure, caddy={}))[0] == {"a": "failed", "b": "failed"}


def test_an_edge_is_not_blamed_on_domains_nor_they_on_it() -> None:
    about = Touched(wanted=rows("a", "b"))
    assert found(about, ended(SILENT), of_edge=True) == ({}, "cloudflare_silent")
    outcome = ended(ingress={}, dns=told(a="failed", b="active"))
    assert found(about, outcome, of_edge=True) == ({"a": "failed", "b": "active"}, None)


def test_what_is_known_of_a_record_is_kept_and_nothing_that_was_not_told() -> None:
    domains = {"a": {"state": "active", "zone": "x", "zone_id": "1", "record_id": "2", "change": "created"}}
    (one,) = verdicts(Touched(wanted=rows("a")), ended(dns={"domains": domains})).each
    assert one.known == {"zone": "x", "zone_id": "1", "record_id": "2"}
    (one,) = verdicts(Touched(wanted=rows("a")), ended(dns=told(a="failed"))).each
    assert one.known == {}


def test_of_one_that_failed_what_was_known_stays_known() -> None:
    known = {"zone": "x", "zone_id": "1", "record_id": "2"}

    def known_after(**more: Any) -> Any:
        of_it = {**dict.fromkeys(known), "record": None, "state": "failed", "reason": REASON, **more}
        (one,) = verdicts(Touched(wanted=rows("a")), ended(dns={"domains": {"a": of_it}})).each
        return one.known

    assert known_after() == {}, "Cloudflare was not asked, or did not answer"
    assert known_after(zone="x", zone_id="1") == {"zone": "x", "zone_id": "1"}
    somebody_elses = known_after(**known, record={"type": "A", "content": "192.0.2.7"})
    assert somebody_elses == {**known, "record_id": None}
