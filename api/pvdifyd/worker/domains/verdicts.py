"""What a run found out about each domain that it was about; nothing is touched here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pvdifyd.errors import listed
from pvdifyd.models import Domain
from pvdifyd.models.domain import ACTIVE, FAILED
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.worker.engine_face import Outcome
from pvdifyd.worker.reason import Reason, reason_of

# The domain leads nowhere any more, and nothing is left of it.
GONE = "gone"

# The phases that tell of each domain.
_TELLING = ("caddy", "dns")

# Where a domain's own record is, which only Cloudflare knows.
_KNOWN = ("zone_id", "zone", "record_id")


@dataclass(frozen=True)
class Verdict:
    """status: ACTIVE, FAILED or GONE; known: columns of the row that the run found out."""

    row: Domain
    status: str
    reason: Reason | None
    known: Mapping[str, Any]


@dataclass(frozen=True)
class Verdicts:
    """reason: why the operation failed, None where it did not."""

    each: Sequence[Verdict]
    reason: Reason | None


def verdicts(about: Touched, outcome: Outcome | None, *, of_edge: bool = False) -> Verdicts:
    """By the outcome of the run, None where nothing had to be run. A run that failed as a whole has failed every domain
    of which it told nothing. With an edge it is another matter: one that could not be prepared leaves them as they
    were, and one that was is no failure for a domain that it can't bring."""
    failure = None if outcome is None or outcome.ok else reason_of(outcome.failure)
    results: Mapping[str, Any] = outcome.results if outcome is not None else {}
    told = told_of_domains(results)
    routed = failure is None or _routed(results, failure)
    found = list(_found(about, told, failure, routed=routed, blame=not of_edge))
    return Verdicts(found, failure or (None if of_edge else _of_domains(found)))


def _routed(results: Mapping[str, Any], failure: Reason) -> bool:
    """Whether the routes are in force though the run failed: Caddy tells of domains when they are."""
    tunnel = "ingress" in results and failure["phase"] != "ingress"
    return tunnel or "domains" in results.get("caddy", {})


def told_of_domains(results: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What the run told of each domain, with the phase that did."""
    return {
        name: {**told, "phase": phase}
        for phase in _TELLING
        for name, told in results.get(phase, {}).get("domains", {}).items()
    }


def _found(
    about: Touched, told: Mapping[str, Any], failure: Reason | None, *, routed: bool, blame: bool
) -> Iterator[Verdict]:
    for row in about.wanted:
        if row.name in told:
            yield _verdict(row, told[row.name], ACTIVE, None)
        elif failure is None or blame:
            yield _verdict(row, {}, ACTIVE, failure)
    for row in about.unwanted:
        # Its record may be gone, and its route still be there.
        yield _verdict(row, told.get(row.name, {}), GONE, None if routed else failure)
    if failure is not None:
        for row in about.rerouted:
            yield _verdict(row, {}, ACTIVE, failure)


def _verdict(row: Domain, told: Mapping[str, Any], good: str, failure: Reason | None) -> Verdict:
    reason = _own_reason(told) or failure
    return Verdict(row, good if reason is None else FAILED, reason, _known(told))


def _known(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a domain's record from now on. Where it failed, what was not found out is as it was; but a
    record that stands in its way is not its own."""
    if told.get("state") != FAILED:
        return {key: told[key] for key in _KNOWN if key in told}
    found = {key: told[key] for key in ("zone_id", "zone") if told.get(key)}
    return {**found, "record_id": None} if told.get("record") else found


def _own_reason(told: Mapping[str, Any]) -> Reason | None:
    if told.get("state") != FAILED:
        return None
    reason = told.get("reason") or {"code": "cloudflare_error", "message": "Cloudflare did not say why."}
    return {**reason, "phase": told["phase"]}


def _of_domains(found: Sequence[Verdict]) -> Reason | None:
    """Why the operation failed though its run did not: some of its domains did."""
    failed = [one for one in found if one.reason is not None]
    if not failed:
        return None
    first = failed[0]
    assert first.reason is not None
    message = f"{first.row.name}: {first.reason['message']}"
    if len(failed) > 1:
        named = listed([one.row.name for one in failed])
        message = f"{len(failed)} of {len(found)} domains failed: {named}. {message}"
    return {**first.reason, "message": message}
