"""Whether Cloudflare checks certificates on its way to origins in a zone: the mode "Full (strict)" is asserted."""

from __future__ import annotations

from ..changes import Changes
from .cloudflare_api import CloudflareApi, Json
from .failures import Forbidden, Refused
from .zones import Zone

STRICT = "strict"


def assert_strict(api: CloudflareApi, zone: Zone, changes: Changes, *, set_it: bool) -> Json:
    """The zone's mode as it is at last; changed only with ``set_it``. A token that may not look at it is no reason to
    refuse a domain: the note says so. Raises ``Trouble`` where Cloudflare can't be spoken to at all."""
    path = f"/zones/{zone.id}/settings/ssl"
    try:
        mode = str((api.get(path) or {}).get("value"))
        changed = False
        if (
            mode != STRICT
            and set_it
            and changes.will(f"set the TLS mode of {zone.name} to strict (it is {mode})")
        ):
            api.send("PATCH", path, {"value": STRICT})
            mode, changed = STRICT, True
    except Forbidden:
        note = (
            f"The TLS mode of {zone.name} is not known: the token may not see or change the zone's settings."
        )
        return _told(None, note=note)
    except Refused as refused:
        return _told(None, note=f"The TLS mode of {zone.name} is not known: {refused}.")
    if mode == STRICT:
        return _told(mode, changed)
    return _told(
        mode,
        note=f"The TLS mode of {zone.name} is {mode}, not strict. Set it at Cloudflare, or let pvdify: "
        "pvdify edge:set cloudflare --tls set",
    )


def _told(mode: str | None, changed: bool = False, note: str | None = None) -> Json:
    return {"tls": mode, "changed": changed, "note": note}
