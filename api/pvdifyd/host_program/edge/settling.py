"""Settling domains at Cloudflare: each one's record made, adopted, left or removed; a reason where it can't be.

One domain's reason is no reason for the others. What makes further calls pointless is everybody's reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from . import reasons, record_changes
from .failures import Forbidden, Refused, Trouble
from .reasons import Reason
from .records import Records
from .settled import ACTIVE, FAILED, GONE, Account, Settled
from .zones import Zone, Zones


def settle_wanted(account: Account, wanted: list[dict[str, Any]]) -> dict[str, Settled]:
    """Have each of ``wanted`` [{domain, app, force, record_id}] lead here."""
    by_name = {one["domain"]: one for one in wanted}

    def settle(name: str, zone: Zone, there: Records) -> Settled:
        if zone.status != ACTIVE:
            return Settled(FAILED, zone=zone, reason=reasons.zone_not_active(name, zone.name, zone.status))
        return record_changes.have(account, by_name[name], zone, there)

    return _settled(
        account, by_name, settle, lambda name: Settled(FAILED, reason=reasons.zone_not_found(name))
    )


def settle_unwanted(account: Account, unwanted: list[dict[str, Any]]) -> dict[str, Settled]:
    """Have none of ``unwanted`` [{domain, …}] lead here any more; what leads elsewhere stays."""

    def gone_with_its_zone(name: str) -> Settled:
        note = f"The token sees no zone of {name} any more: no record of it was looked for."
        return Settled(GONE, "left", note=note)

    names = [one["domain"] for one in unwanted]
    return _settled(account, names, lambda *found: record_changes.remove(account, *found), gone_with_its_zone)


def failed_by(trouble: Reason, names: Iterable[str]) -> dict[str, Settled]:
    return {name: Settled(FAILED, reason=trouble) for name in names}


def _settled(
    account: Account,
    names: Collection[str],
    settle: Callable[[str, Zone, Records], Settled],
    without_zone: Callable[[str], Settled],
) -> dict[str, Settled]:
    """Each domain's end; once there is trouble, it is the end of all that are left."""
    ends: dict[str, Settled] = {}
    zones = Zones(account.api, account.id, list(names))
    found: dict[str, Zone] = {}

    def look_for_zone(name: str) -> None:
        zone = zones.of(name)
        if zone is None:
            ends[name] = without_zone(name)
        else:
            found[name] = zone

    _for_each(account, names, look_for_zone, ends)
    records_of = {
        zone.id: Records(account.api, zone.id, [name for name in found if found[name] == zone])
        for zone in found.values()
    }

    def settle_it(name: str) -> None:
        zone = found[name]
        try:
            ends[name] = settle(name, zone, records_of[zone.id])
        except Forbidden as forbidden:
            reason = reasons.zone_forbidden(name, zone.name, str(forbidden))
            ends[name] = Settled(FAILED, zone=zone, reason=reason)

    _for_each(account, found, settle_it, ends)
    if account.trouble is not None:
        ends.update(failed_by(account.trouble, [name for name in names if name not in ends]))
    return ends


def _for_each(
    account: Account, names: Iterable[str], act: Callable[[str], None], ends: dict[str, Settled]
) -> None:
    """A call that Cloudflare refuses is that domain's end; trouble ends the round."""
    for name in names:
        if account.trouble is not None:
            return
        try:
            act(name)
        except Refused as refused:
            ends[name] = Settled(FAILED, reason=reasons.error(str(refused)))
        except Trouble as met:
            account.trouble = met.reason
