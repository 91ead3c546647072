"""The tunnel as Cloudflare knows it: whether it can be used as it is to be, and the ingress of one that is managed
there."""

from __future__ import annotations

from collections.abc import Sequence

from ..changes import Changes
from . import ingress_rules, reasons
from .cloudflare_api import CloudflareApi, Json
from .failures import Refused, Trouble
from .ingress_rules import Rule
from .reasons import Reason

# Who decides its ingress: a file on its host, or Cloudflare.
LOCAL, REMOTE = "local", "remote"


def put_ingress(
    api: CloudflareApi, account: str, tunnel: str, wanted: Sequence[Rule], changes: Changes
) -> bool:
    """Give a tunnel managed at Cloudflare this ingress; true where it had another. What else its configuration says
    stays. Raises ``StepFailed(tunnel_not_found, tunnel_management, cloudflare_error)`` and ``Trouble``."""
    path = _configurations(account, tunnel)
    try:
        config = _config(api, path)
        if ingress_rules.same(config.get("ingress") or [], wanted):
            return False
        if changes.will(f"give the tunnel {tunnel} an ingress of {len(wanted)} rules at Cloudflare"):
            api.send("PUT", path, {"config": {**config, "ingress": list(wanted)}})
        return True
    except Refused as refused:
        reason = why_not(api, account, tunnel, REMOTE) or reasons.error(str(refused))
        raise reason.failure() from None


def why_not(api: CloudflareApi, account: str, tunnel: str, management: str | None) -> Reason | None:
    """Why no request can come through this tunnel with its rules at ``management``: it is not there, or goes by others.

    None also where Cloudflare does not say: a token that may not look at tunnels is good for one that is managed
    locally. Raises ``Trouble``.
    """
    try:
        found = api.get(_path(account, tunnel)) or {}
        if found.get("deleted_at"):
            return reasons.tunnel_not_found(tunnel)
        managed = _managed(found)
        if (management, managed) == (REMOTE, LOCAL):
            return reasons.tunnel_managed_here(tunnel)
        if (management, managed) == (LOCAL, REMOTE) and _has_rules_there(api, account, tunnel):
            return reasons.tunnel_managed_there(tunnel)
    except Refused as refused:
        return reasons.tunnel_not_found(tunnel) if refused.status == 404 else None
    except Trouble as trouble:
        if management == REMOTE or trouble.reason.code != reasons.FORBIDDEN:
            raise
    return None


def _managed(tunnel: Json) -> str | None:
    """Where its rules are, by what Cloudflare tells of it; None where it does not say."""
    # The older description has the second one alone.
    told = tunnel.get("config_src"), tunnel.get("remote_config")
    if told[0] == "local" or told == (None, False):
        return LOCAL
    return REMOTE if told[0] == "cloudflare" or told == (None, True) else None


def _has_rules_there(api: CloudflareApi, account: str, tunnel: str) -> bool:
    """Whether Cloudflare has any for it: cloudflared goes by its file as long as it has none."""
    try:
        return bool(_config(api, _configurations(account, tunnel)).get("ingress"))
    except Refused:
        return False


def _config(api: CloudflareApi, path: str) -> Json:
    return (api.get(path) or {}).get("config") or {}


def _path(account: str, tunnel: str) -> str:
    return f"/accounts/{account}/cfd_tunnel/{tunnel}"


def _configurations(account: str, tunnel: str) -> str:
    return f"{_path(account, tunnel)}/configurations"
