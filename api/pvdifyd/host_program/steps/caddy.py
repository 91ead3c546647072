"""caddy: the host's own Caddy answers for each domain, with a certificate, and sends its requests to its app."""

from __future__ import annotations

from typing import Any

from .. import names
from ..answers import ended, refused
from ..changes import Changes, read_or_none
from ..edge import caddy_service, caddyfile
from ..edge.reasons import Reason
from ..edge.settled import ACTIVE, FAILED, GONE, Settled
from ..locks import edge_lock

Json = dict[str, Any]


def caddy(request: Json, changes: Changes) -> Json:
    """Request: ``routes`` [{domain, app, address, port}], all of the host's, ``wanted`` and ``unwanted`` [{domain, …}],
    ``caddy`` {certificates, email}. With ``lenient`` a domain that can't be had is no failure of the step.

    Answer, also where it failed: ``domains``. Where the new configuration is refused the one before stays in force.
    """
    certificates = request["caddy"]["certificates"]
    impossible = {
        one["domain"] for one in request["routes"] if caddyfile.needs_dns(one["domain"], certificates)
    }
    routes = [one for one in request["routes"] if one["domain"] not in impossible]
    text = caddyfile.text(routes, certificates, request["caddy"].get("email"))
    with edge_lock():
        _have(text, changes)
    ends = {one["domain"]: _end(one["domain"], impossible) for one in request.get("wanted") or ()}
    ends.update({one["domain"]: Settled(GONE, "none") for one in request.get("unwanted") or ()})
    domains = {name: end.as_json() for name, end in ends.items()}
    failed = [end.reason for end in ends.values() if end.reason is not None]
    if failed and not request.get("lenient"):
        return {**refused("caddy", failed[0].failure()), "changed": changes.changed, "domains": domains}
    message = f"Caddy answers for {len(routes)} {'name' if len(routes) == 1 else 'names'}"
    return ended("caddy", message, changes.changed, changes.diff, domains=domains)


def _have(text: str, changes: Changes) -> None:
    is_news = text != read_or_none(names.CADDYFILE)
    if not changes.check:
        caddy_service.assert_installed()
        if is_news:
            caddy_service.validate(text)
        if not caddy_service.is_running():
            caddy_service.assert_ports_free()
    changes.write(names.CADDYFILE, text)
    is_due = is_news if changes.check else not caddy_service.is_in_force()
    if is_due and changes.will(f"have {names.CADDY_UNIT} go by it"):
        caddy_service.bring_into_force()


def _end(domain: str, impossible: set[str]) -> Settled:
    if domain not in impossible:
        return Settled(ACTIVE, "none")
    reason = Reason(
        "ingress_invalid",
        f"Caddy gets no certificate for {domain}: for a wildcard, its authority wants a record that Caddy can't make.",
        "Add the names one by one, or use another edge: pvdify edge:set cloudflare, or pvdify edge:set caddy "
        "--certificates internal",
    )
    return Settled(FAILED, reason=reason)
