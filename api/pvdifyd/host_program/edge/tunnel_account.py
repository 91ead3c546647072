"""The tunnel as Cloudflare knows it: whether it is there, and the ingress of one that is managed there."""

from __future__ import annotations

from collections.abc import Sequence

from ..changes import Changes
from . import ingress_rules, reasons
from .cloudflare_api import CloudflareApi
from .failures import Refused
from .ingress_rules import Rule


def put_ingress(
    api: CloudflareApi, account: str, tunnel: str, wanted: Sequence[Rule], changes: Changes
) -> bool:
    """Give a tunnel managed at Cloudflare this ingress; true where it had another. What else its configuration says
    stays. Raises ``StepFailed(tunnel_not_found, cloudflare_error)`` and ``Trouble``."""
    path = f"{_path(account, tunnel)}/configurations"
    try:
        config = (api.get(path) or {}).get("config") or {}
        if ingress_rules.same(config.get("ingress") or [], wanted):
            return False
        if changes.will(f"give the tunnel {tunnel} an ingress of {len(wanted)} rules at Cloudflare"):
            api.send("PUT", path, {"config": {**config, "ingress": list(wanted)}})
        return True
    except Refused as refused:
        if refused.status == 404:
            raise reasons.tunnel_not_found(tunnel).failure() from None
        raise reasons.error(str(refused)).failure() from None


def is_there(api: CloudflareApi, account: str, tunnel: str) -> bool:
    """False only where Cloudflare says that there is no such tunnel. Raises ``Trouble``."""
    try:
        found = api.get(_path(account, tunnel)) or {}
    except Refused as refused:
        return refused.status != 404
    return not found.get("deleted_at")


def _path(account: str, tunnel: str) -> str:
    return f"/accounts/{account}/cfd_tunnel/{tunnel}"
