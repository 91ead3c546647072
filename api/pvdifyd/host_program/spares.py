"""Instances that step in while another one restarts: beyond the count of their type, of the release that serves."""

from __future__ import annotations

from collections.abc import Collection

from . import systemctl
from .names import Instance
from .record import AppRecord


def there(now: AppRecord) -> list[Instance]:
    """Those who have stepped in, also for an earlier restart."""
    found = [one for one in systemctl.loaded_instances(now.app) if one.units == now.units]
    return [one for one in found if one not in now.instances() and one.process in now.counts]


def needed(now: AppRecord, refused: Collection[Instance] = ()) -> list[Instance]:
    """Those of web that answer alone, since none of its own instances does: they are down, or ``refused`` by the
    proxy."""
    mine = now.instances("web")
    if not mine or not all(one in refused or is_down(one) for one in mine):
        return []
    return [one for one in there(now) if one.process == "web" and not is_down(one)]


def is_down(instance: Instance) -> bool:
    """Whether its unit does not run."""
    return not systemctl.states([instance.unit])[instance.unit].running
