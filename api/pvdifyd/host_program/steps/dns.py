"""dns: the records of the domains that an operation touches are as they should be at Cloudflare."""

from __future__ import annotations

from typing import Any

from ..answers import StepFailed, ended, refused
from ..changes import Changes
from ..edge import host_secrets, reasons, records, tls_mode, tunnel_account
from ..edge.cloudflare_api import CloudflareApi
from ..edge.failures import Refused, Trouble
from ..edge.patience import Patience
from ..edge.reasons import Reason
from ..edge.settled import ACTIVE, FAILED, Account, Settled
from ..edge.settling import failed_by, settle_unwanted, settle_wanted
from ..locks import edge_lock

Json = dict[str, Any]


def dns(request: Json, changes: Changes) -> Json:
    """Request: ``host``, ``cloudflare``, ``wanted`` [{domain, app, force, record_id}], ``unwanted`` [{domain, app}],
    ``patience`` in seconds with a Cloudflare that has trouble, ``before``: the answer of an earlier call in the same
    run, whose domains are told again, ``verify``: whether to ask, where there is no domain, if the token is let in and
    the tunnel can be used.
    ``fails_for`` says what is a failure of the step: ``domains``, one that failed; ``trouble``, what ends all calls;
    or ``nothing``, where another call comes later.

    Answer, also where it failed: ``domains``, ``zones``, ``calls``, and ``trouble``: what ended all calls, or None.
    """
    before = request.get("before") or {}
    answer = {
        "domains": dict(before.get("domains", {})),
        "zones": dict(before.get("zones", {})),
        "calls": before.get("calls", 0),
        "trouble": before.get("trouble"),
    }
    if answer["trouble"] is not None:
        _take(answer, failed_by(Reason.of(answer["trouble"]), _touched(request)))
    elif _touched(request) or request.get("verify"):
        with edge_lock():
            _settle(request, answer, changes)
    failure = _failure(answer, str(request.get("fails_for") or "domains"))
    if failure is not None:
        return {**refused("dns", failure), "changed": changes.changed, **answer}
    said = _in_words(answer["domains"]) or (
        "Cloudflare accepts the token" if request.get("verify") else "no domain"
    )
    return ended("dns", said, changes.changed, changes.diff, **answer)


def _settle(request: Json, answer: Json, changes: Changes) -> None:
    cloudflare, host = request["cloudflare"], request["host"]
    token = host_secrets.opened(cloudflare["token"], host_secrets.TOKEN, host)
    patience = Patience(request["patience"])
    try:
        api = CloudflareApi(cloudflare["endpoint"], token, cloudflare.get("authority"), patience)
    except Trouble as trouble:
        answer["trouble"] = trouble.reason.as_json()
        _take(answer, failed_by(trouble.reason, _touched(request)))
        return
    target = records.target_of(cloudflare["tunnel_id"])
    account = Account(api, cloudflare["account_id"], target, host, changes)
    try:
        if not _touched(request):
            _verify(account, cloudflare)
        _take(answer, settle_unwanted(account, request.get("unwanted") or []))
        wanted = settle_wanted(account, request.get("wanted") or [])
        _take(answer, wanted)
        _assert_tls(account, wanted, answer, set_it=cloudflare["tls"] == "set")
    finally:
        api.close()
    answer["calls"] += api.calls
    if account.trouble is None and wanted:
        account.trouble = _barred_everywhere(wanted)
    answer["trouble"] = account.trouble.as_json() if account.trouble else None


def _barred_everywhere(wanted: dict[str, Settled]) -> Reason | None:
    """The first domain's reason, where the token is let into no zone that any of them is in."""
    found = [end.reason for end in wanted.values()]
    if all(reason is not None and reason.code == reasons.FORBIDDEN for reason in found):
        return found[0]
    return None


def _verify(account: Account, cloudflare: Json) -> None:
    tunnel, management = cloudflare["tunnel_id"], cloudflare.get("management")
    try:
        account.api.get("/zones", **{"account.id": account.id, "per_page": 5})
        account.trouble = tunnel_account.why_not(account.api, account.id, tunnel, management)
    except Refused as refusal:
        account.trouble = reasons.error(str(refusal))
    except Trouble as trouble:
        account.trouble = trouble.reason


def _assert_tls(account: Account, wanted: dict[str, Settled], answer: Json, *, set_it: bool) -> None:
    zones = {end.zone.name: end.zone for end in wanted.values() if end.zone and end.state == ACTIVE}
    for name, zone in zones.items():
        if account.trouble is None:
            try:
                answer["zones"][name] = tls_mode.assert_strict(
                    account.api, zone, account.changes, set_it=set_it
                )
            except Trouble as trouble:
                note = f"The TLS mode of {name} is not known: {trouble.reason.message}"
                answer["zones"][name] = {"tls": None, "changed": False, "note": note}


def _touched(request: Json) -> list[str]:
    return [one["domain"] for one in (*(request.get("unwanted") or ()), *(request.get("wanted") or ()))]


def _take(answer: Json, ends: dict[str, Settled]) -> None:
    answer["domains"].update({name: end.as_json() for name, end in ends.items()})


def _failure(answer: Json, fails_for: str) -> StepFailed | None:
    """The first reason, and how many more there are; None where the step has not failed."""
    trouble, domains = answer["trouble"], answer["domains"]
    failed = [name for name, end in domains.items() if end["state"] == FAILED]
    if fails_for == "nothing" or (fails_for == "trouble" and trouble is None):
        return None
    if trouble is None and not failed:
        return None
    reason = trouble or domains[failed[0]]["reason"]
    message = reason["message"]
    if len(failed) > 1:
        message += f" {len(failed)} of {len(domains)} domains failed: {_listed(failed)}."
    return StepFailed(reason["code"], message, next_step=reason["next_step"])


def _in_words(domains: Json) -> str:
    by_state: dict[str, list[str]] = {}
    for name, end in domains.items():
        by_state.setdefault(end["state"], []).append(name)
    return "; ".join(f"{_listed(names)}: {state}" for state, names in sorted(by_state.items()))


def _listed(names: list[str], most: int = 5) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
