"""leave: a release that no longer serves ends, when what its clients still have open there has, or the time is up."""

from __future__ import annotations

from typing import Any

from .. import environment, proxy, systemctl, under_way
from ..answers import ended
from ..changes import Changes, read_or_none
from ..locks import app_lock
from ..names import proxy_file
from ..ports import port_of
from ..proxy_file import backend_of, servers_in
from ..record import recorded


def leave(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``units``. The host's own timer asks for it, and no operation waits for it: the app is not
    locked meanwhile, and a rollback ends this step first (see ``standby.stay``)."""
    app, units = request["app"], request["units"]
    with app_lock(app):
        now = recorded(app)
        leaving = [
            one for one in systemctl.running_instances(app) if one.units == units and one.process == "web"
        ]
    serving = {server.port for server in servers_in(read_or_none(proxy_file(app)) or "") if server.enabled}
    if any(port_of(one) in serving for one in leaving):
        return ended("leave", f"release {units} gets requests; it stays", False, [])
    if now is None or now.units == units or not leaving:
        return ended("leave", f"nothing of release {units} has to leave", False, [])
    if changes.will("stop " + ", ".join(one.unit for one in leaving)):
        busy_ports = {port for one in leaving if (port := port_of(one)) is not None}
        proxy.drain(backend_of(app), busy_ports, timeout=now.drain_timeout)
        systemctl.stop([one.unit for one in leaving], timeout=now.stop_timeout + 60)
        _hide(app, units, changes)
    return ended("leave", f"release {units} has ended", True, changes.diff)


def _hide(app: str, units: int, changes: Changes) -> None:
    """Nothing of it runs any more: its config vars need not be readable. A rollback that has begun needs them."""
    with app_lock(app):
        now = recorded(app)
        way = under_way.under_way(app)
        wanted = {now.units if now is not None else None, way.units if way is not None else None}
        if units not in wanted:
            environment.hide(app, units, changes)
