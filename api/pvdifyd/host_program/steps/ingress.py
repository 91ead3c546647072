"""ingress: the tunnel sends each domain's requests to its app, and all others nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import carried, names
from ..answers import StepFailed, ended
from ..changes import Changes
from ..edge import (
    cloudflared,
    host_secrets,
    ingress_rules,
    tunnel_account,
    tunnel_credentials,
    tunnel_run,
)
from ..edge.cloudflare_api import CloudflareApi
from ..edge.failures import Trouble
from ..edge.ingress_rules import Rule
from ..edge.patience import Patience
from ..locks import edge_lock, host_lock

# Seconds for the question why a tunnel does not do what it should.
_SHORT_PATIENCE = 5.0

Json = dict[str, Any]


def ingress(request: Json, changes: Changes) -> Json:
    """Request: ``host``, ``cloudflare``, ``routes`` [{domain, app, address, port}], all of the host's, ``keep``: names
    whose rules stay though they have no route any more, ``patience`` with Cloudflare and ``timeout`` for the tunnel to
    be connected, in seconds.

    Answer: ``restarted``, ``rules``: how many, ``tunnel``: what it tells of itself. Where the new ingress is refused
    the one before stays in force.
    """
    cloudflare = request["cloudflare"]
    with edge_lock():
        before = cloudflared.kept_text()
        kept = ingress_rules.kept_of(cloudflared.ingress_in(before), request.get("keep") or ())
        wanted = ingress_rules.rules(request["routes"], kept)
        text = cloudflared.configuration(cloudflare["tunnel_id"], cloudflare["metrics_port"], wanted)
        if not changes.check:
            tunnel_run.assert_installed()
            with host_lock():
                carried.keep_copy(changes)
            if text != before:
                cloudflared.validate(text)
        tunnel_credentials.bring(cloudflare["credentials"], request["host"], changes)
        changes.write(names.TUNNEL_CONFIGURATION, text)
        restarted, told = _bring_into_force(request, wanted, changes)
    how = "restarted" if restarted else "not restarted"
    count = len(wanted) - 1
    message = f"{count} {'name goes' if count == 1 else 'names go'} through the tunnel (cloudflared {how})"
    return ended(
        "ingress", message, changes.changed, changes.diff, restarted=restarted, rules=len(wanted), tunnel=told
    )


def _bring_into_force(request: Json, wanted: Sequence[Rule], changes: Changes) -> tuple[bool, Json | None]:
    cloudflare, port = request["cloudflare"], request["cloudflare"]["metrics_port"]
    managed_here = cloudflare["management"] == tunnel_account.LOCAL
    if not managed_here:
        _put(request, wanted, changes)
    if changes.check and not names.TUNNEL_CREDENTIALS.exists():
        changes.will(f"start {names.CLOUDFLARED_UNIT}")
        return True, None
    must = tunnel_run.needs_restart(wanted, port, managed_here=managed_here)
    if must:
        tunnel_run.restart(changes)
    if changes.check:
        return must, None
    told = tunnel_run.wait_until_in_force(
        wanted, port, timeout=request["timeout"], why_not=lambda: _why_not(request)
    )
    version = cloudflared.version()
    return must, {"ready": told.ready, "connections": told.connections, "version": version}


def _put(request: Json, wanted: Sequence[Rule], changes: Changes) -> None:
    cloudflare = request["cloudflare"]
    account, tunnel = cloudflare["account_id"], cloudflare["tunnel_id"]
    try:
        api = _api(request, request["patience"])
        tunnel_account.put_ingress(api, account, tunnel, wanted, changes)
    except Trouble as trouble:
        raise trouble.reason.failure() from None


def _why_not(request: Json) -> StepFailed | None:
    """Why the tunnel is not connected, or goes by other rules, as far as Cloudflare says."""
    cloudflare = request["cloudflare"]
    try:
        api = _api(request, _SHORT_PATIENCE)
        account, tunnel = cloudflare["account_id"], cloudflare["tunnel_id"]
        reason = tunnel_account.why_not(api, account, tunnel, cloudflare["management"])
    except (Trouble, StepFailed):
        return None
    return reason.failure() if reason else None


def _api(request: Json, patience: float) -> CloudflareApi:
    cloudflare = request["cloudflare"]
    token = host_secrets.opened(cloudflare["token"], host_secrets.TOKEN, request["host"])
    return CloudflareApi(cloudflare["endpoint"], token, cloudflare.get("authority"), Patience(patience))
