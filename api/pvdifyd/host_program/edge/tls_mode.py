"""Whether Cloudflare checks certificates on its way to origins in a zone: the mode "Full (strict)" is asserted."""

from __future__ import annotations

from ..changes import Changes
from .cloudflare_api import CloudflareApi, Json
from .failures import Forbidden, Refused
from .zones import Zone

STRICT = "strict"


def assert_strict(api: CloudflareApi, zone: Zone, changes: Changes, *, set_it: bool) -> Json:
    """The zone's mode as it is at last; changed only with ``set_it``. A token that may not see or change it is no
    reason to refuse a domain: the note says so. Raises ``Trouble`` where Cloudflare can't be spoken to at all."""
    path = f"/zones/{zone.id}/settings/ssl"
    try:
        mode = str((api.get(path) or {}).get("value"))
    except Refused as refused:
        return _told(None, note=f"The TLS mode of {zone.name} is not known: {_why(refused, 'see')}.")
    if mode == STRICT:
        return _told(mode)
    is_not_strict = f"The TLS mode of {zone.name} at Cloudflare is {mode}, not strict"
    if not set_it:
        by_us = "`pvdify edge:set cloudflare --tls set`"
        return _told(mode, note=f"{is_not_strict}: set it to Full (strict) there, or have it set: {by_us}.")
    if not changes.will(f"set the TLS mode of {zone.name} to strict (it is {mode})"):
        return _told(mode)
    try:
        api.send("PATCH", path, {"value": STRICT})
    except Refused as refused:
        note = f"{is_not_strict}, and could not be set: {_why(refused, 'change')}. Set it to Full (strict) there."
        return _told(mode, note=note)
    return _told(STRICT, changed=True)


def _why(refused: Refused, what: str) -> str:
    return f"the token may not {what} the zone's settings" if isinstance(refused, Forbidden) else str(refused)


def _told(mode: str | None, changed: bool = False, note: str | None = None) -> Json:
    return {"tls": mode, "changed": changed, "note": note}
