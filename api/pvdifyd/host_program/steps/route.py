"""route: send the app's requests to a release. The moment of the switch."""

from __future__ import annotations

import time
from typing import Any

from .. import gate, names, proxy
from ..answers import StepFailed, ended
from ..changes import Changes, read_or_none, write_atomically
from ..locks import app_lock, host_lock
from ..proxy_file import Route, Server, backend_of, same_shape, servers_in
from ..record import AppRecord
from ..under_way import enter

PATIENCE = 5.0

# Places beyond the instances there are: what joins for a moment, or stays, needs no reload.
SPARE_PLACES = 1


def route(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: as for ``AppRecord.wanted``. Answer: ``how``, which is ``none``, ``runtime`` or ``reload``,
    and ``switch_seconds``, from the first request to the proxy to its last word."""
    wanted = AppRecord.wanted(request, standby=None)
    with app_lock(request["app"]):
        enter("switch", request, changes)
        ready = _assured(wanted, changes)
        began = time.monotonic()
        with host_lock():
            how = apply(wanted.app, ready, changes)
        took = time.monotonic() - began
    in_words = {"none": "as before", "runtime": "proxy told at run time", "reload": "proxy reloaded"}[how]
    message = f"requests go to release {request['release']} ({in_words}, {took * 1000:.0f} ms)"
    return ended("switch", message, changes.changed, changes.diff, how=how, switch_seconds=round(took, 4))


def send(wanted: AppRecord, changes: Changes) -> str:
    """Send the app's requests where the record says, once all are staged and answer; returns as ``apply`` does."""
    ready = _assured(wanted, changes)
    with host_lock():
        return apply(wanted.app, ready, changes)


def _assured(wanted: AppRecord, changes: Changes) -> Route | None:
    route = wanted.route()
    if not changes.check:
        _assert_staged(wanted, route)
        ask_who_joins(route)
    return route


def ask_who_joins(route: Route | None) -> None:
    """Have who is to get requests, and did not before, answer as the proxy's check would have it (``gate``). To be
    called without the host's lock: an app may take its time, and no other one is to wait for it."""
    if route is not None:
        gate.must_answer(route, _joining(route))


def _assert_staged(wanted: AppRecord, route: Route | None) -> None:
    """A release whose ports are gone must not take the traffic: it has nobody to answer."""
    count = wanted.counts.get("web", 0)
    if route is not None and len(route.servers) != count:
        raise StepFailed(
            "not_staged",
            f"Release {wanted.units} has {len(route.servers)} of {count} web instances staged on the host.",
            next_step="Another run has removed it meanwhile. Deploy again.",
        )


def apply(app: str, wanted: Route | None, changes: Changes, *, wait: bool = True) -> str:
    """Make the proxy's file and the running proxy agree with ``wanted``, and with ``wait`` see that it sends requests
    there; returns how that was done. When HAProxy refuses the new file the old one is put back, and nothing has
    happened.
    """
    if wanted is None:
        return _remove(app, changes)
    before = read_or_none(names.proxy_file(app))
    joining = [] if changes.check else _joining(wanted)
    as_it_is = wanted.with_places(len(servers_in(before or "")))
    if before is not None and same_shape(before, as_it_is.text()):
        how = _move(as_it_is, changes)
    else:
        how = _rewrite(wanted.with_places(len(wanted.servers) + SPARE_PLACES), before, changes)
    if wait and not changes.check:
        proxy.wait_until_up(wanted.backend, joining, deadline=PATIENCE + wanted.timeout)
    return how


def _joining(wanted: Route) -> list[Server]:
    """What got requests before is no news: one that is down is no reason to refuse those that join or leave."""
    there = _servers_now(wanted.app)
    return [server for server in wanted.servers if there.get(server.name) != server]


def _remove(app: str, changes: Changes) -> str:
    removed = changes.remove(names.proxy_file(app))
    if (removed or _is_routed(app)) and not changes.check:
        proxy.reload()
    return "reload" if removed else "none"


def _is_routed(app: str) -> bool:
    """Whether the running proxy knows the app, whatever its files say."""
    return bool(_servers_now(app))


def _servers_now(app: str) -> dict[str, Server]:
    """The servers that the running proxy has for the app; one that is down has none."""
    try:
        return proxy.servers(backend_of(app))
    except StepFailed:
        return {}


def _move(wanted: Route, changes: Changes) -> str:
    """Same servers, other ports: tell the running proxy, with the file written first."""
    changes.write(names.proxy_file(wanted.app), wanted.text())
    now = proxy.servers(wanted.backend)
    if _agree(now, wanted):
        return "none"
    if set(now) != {server.name for server in wanted.servers}:
        # The file and the running proxy had come apart; only a reload brings them together.
        if changes.will("reload the proxy"):
            proxy.check_configuration()
            _reload(wanted)
        return "reload"
    if changes.will(f"point {wanted.backend} at the new ports"):
        proxy.point(wanted.backend, wanted.servers)
    return "runtime"


def _agree(now: dict[str, Server], wanted: Route) -> bool:
    """Whether the running proxy does what is wanted; where a disabled server is makes no difference."""
    return set(now) == {server.name for server in wanted.servers} and all(
        now[server.name] == server or not (server.enabled or now[server.name].enabled)
        for server in wanted.servers
    )


def _rewrite(wanted: Route, before: str | None, changes: Changes) -> str:
    """Another shape: write the file, have it checked, and reload."""
    changes.write(names.proxy_file(wanted.app), wanted.text())
    if not changes.check:
        _accept_or_put_back(wanted.app, before)
        _reload(wanted)
    return "reload"


def _accept_or_put_back(app: str, before: str | None) -> None:
    path = names.proxy_file(app)
    try:
        proxy.check_configuration()
    except StepFailed:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            write_atomically(path, before, 0o644)
        raise


def _reload(wanted: Route) -> None:
    """Ask for a reload, and wait for it: it happens a moment later."""
    proxy.reload()
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if _agree(proxy.servers(wanted.backend), wanted):
                return
        except StepFailed:
            pass  # the old worker's socket is gone, the new one's not there yet
        time.sleep(0.02)
    raise StepFailed(
        "proxy_down", f"The host's proxy had not taken up its new configuration after {PATIENCE:.0f} s."
    )
