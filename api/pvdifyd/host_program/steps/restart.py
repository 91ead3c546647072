"""restart: one instance after the other, each behind a drain; where there is one alone, a second one steps in."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Sequence
from typing import Any

from .. import gate, groups, names, proxy, spares, systemctl, under_way
from ..answers import StepFailed, ended
from ..changes import Changes
from ..locks import app_lock, host_lock
from ..names import Instance
from ..port_allocation import give_ports
from ..ports import port_of
from ..proxy_file import Route, Server, backend_of
from ..quadlets import HealthCheck
from ..record import AppRecord, recorded
from ..under_way import UNDOING, enter
from ..waiting import Expectation, wait_until_up
from . import route


def restart(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``process`` (None: every type), ``instance`` (None: every one), ``operation``, ``undo``,
    ``undone`` (whether another restart undoes this one where it fails, and needs what is noted of it).

    An operation that was cut off goes on with the instances it had not come to; with ``undo`` it is those that it had
    come to, and those that are down, that restart once more. Raises ``StepFailed``: ``not_deployed``,
    ``no_such_instance``, ``proxy_unhealthy``, and what ``wait_until_up`` raises.
    """
    app = request["app"]
    with app_lock(app):
        now = recorded(app)
        if now is None:
            raise StepFailed(
                "not_deployed",
                f"Nothing of {app} runs here.",
                next_step=f"Deploy it: pvdify deploy {app} --image IMAGE",
            )
        chosen = _chosen(now, request)
        undo = bool(request.get("undo"))
        began = enter(UNDOING if undo else "restart", request, changes).began
        due = _in_order([one for one in chosen if _is_due(one, began, undo)])
        restarted: list[Instance] = []
        try:
            if due and changes.will("restart " + ", ".join(one.unit for one in due)):
                for one in due:
                    restarted.append(one)
                    _restart_one(now, one, changes)
            _dismiss(_not_needed(now), now, changes)
        except StepFailed as failure:
            refused = restarted[-1:] if failure.code == "proxy_unhealthy" else []
            _come_to_an_end(now, failure, refused, changes)
            if not request.get("undone"):
                under_way.leave(app, changes)
            raise
        under_way.leave(app, changes)
    said = ", ".join(one.label for one in due) or "nothing"
    return ended("restart", f"restarted {said}", changes.changed, changes.diff)


def _chosen(now: AppRecord, request: dict[str, Any]) -> list[Instance]:
    process, number = request.get("process"), request.get("instance")
    number = None if number is None else int(number)
    found = [one for one in now.instances(process) if number in (None, one.number)]
    if not found and ((process is not None and process not in now.counts) or number is not None):
        wanted = process if number is None else f"{process}.{number}"
        there = ", ".join(one.label for one in now.instances()) or "none"
        raise StepFailed(
            "no_such_instance",
            f"{now.app} has no {wanted} here; it has {there}.",
            next_step=f"See what runs: pvdify ps {now.app}",
        )
    return found


def _is_due(instance: Instance, began: float, undo: bool) -> bool:
    if undo:
        return spares.is_down(instance) or _restarted_since(instance, began)
    return not _restarted_since(instance, max(began, _written(instance)))


def _in_order(instances: list[Instance]) -> list[Instance]:
    """Those that are down first: who is up serves until they are back."""
    states = systemctl.states([one.unit for one in instances])
    return sorted(instances, key=lambda one: (states[one.unit].running, one))


def _restarted_since(instance: Instance, moment: float) -> bool:
    state = systemctl.states([instance.unit])[instance.unit]
    return state.running and state.started >= moment


def _written(instance: Instance) -> float:
    """When its unit was last given another text: one that came up by itself before that has the old limits."""
    return names.quadlet(instance.app, instance.process, instance.units).stat().st_mtime


def _come_to_an_end(
    now: AppRecord, failure: StepFailed, refused: Collection[Instance], changes: Changes
) -> None:
    """After a failure: let those who stepped in leave who are not needed, and name who is."""
    with contextlib.suppress(StepFailed):  # the first failure is what is told
        _dismiss(_not_needed(now, refused), now, changes)
        for spare in spares.needed(now, refused):
            stays = f"Until web is up, {spare.label} answers in its place; the next restart, scale or deploy ends it."
            failure.details["next_step"] = f"{failure.details.get('next_step', '')} {stays}".strip()


def _restart_one(now: AppRecord, instance: Instance, changes: Changes) -> None:
    spare = _spare(now, instance)
    if spare is not None:
        _join(now, spare, changes)
    more = [spare] if spare is not None else []
    routed = instance.process == "web"
    since = time.time()
    before = systemctl.states([instance.unit])[instance.unit].invocation
    try:
        if routed:
            _send(now.route(more=more, without=[instance]), now, changes)
            _drain(now, instance)
        systemctl.restart(instance.unit)
        _wait_for_new(instance, before, now)
        wait_until_up([instance], _expected(now), since)
    finally:
        # Also where it did not come back: from here on the proxy's own check decides.
        if routed:
            _send(now.route(more=more), now, changes, wait=False)
    if routed:
        _wait_for_proxy(now, instance)


def _spare(now: AppRecord, instance: Instance) -> Instance | None:
    """Who steps in while an instance restarts that is the only one up; nobody where two must never run side by side."""
    states = systemctl.states([one.unit for one in now.instances(instance.process)])
    others_up = any(state.running for unit, state in states.items() if unit != instance.unit)
    if others_up or instance.process in now.alone:
        return None
    return Instance(now.app, instance.process, now.units, now.counts[instance.process] + 1)


def _join(now: AppRecord, spare: Instance, changes: Changes) -> None:
    """Have the spare up and, for web, in the traffic. It is also what a reboot would bring up beside the other."""
    if spare.process == "web":
        with host_lock():
            give_ports([spare], changes)
    # systemd needs no reload for what it only reads at boot.
    changes.write(names.UNITS / groups.coming_path(now.app, spare.process), groups.coming_text([spare]))
    try:
        if not systemctl.states([spare.unit])[spare.unit].running:
            since = time.time()
            systemctl.start([spare.unit])
            wait_until_up([spare], _expected(now), since)
        if spare.process == "web":
            _send(now.route(more=[spare]), now, changes)
    except StepFailed:
        with contextlib.suppress(StepFailed):  # the first failure is what is told
            _dismiss([spare], now, changes)
        raise


def _not_needed(now: AppRecord, refused: Collection[Instance] = ()) -> list[Instance]:
    needed = spares.needed(now, refused)
    return [one for one in spares.there(now) if one not in needed]


def _dismiss(leaving: Sequence[Instance], now: AppRecord, changes: Changes) -> None:
    """Let those who stepped in leave: out of the traffic, drained, stopped, forgotten."""
    if not leaving or not changes.will("stop " + ", ".join(one.unit for one in leaving)):
        return
    staying = [one for one in spares.there(now) if one.process == "web" and one not in leaving]
    _send(now.route(more=staying), now, changes, wait=False)
    for spare in leaving:
        if spare.process == "web":
            _drain(now, spare)
        systemctl.stop([spare.unit], timeout=now.stop_timeout + 60)
        changes.remove(names.UNITS / groups.coming_path(now.app, spare.process))
        changes.remove(names.port_file(spare))


def _send(wanted: Route | None, now: AppRecord, changes: Changes, *, wait: bool = True) -> None:
    if wait and not changes.check:
        route.ask_who_joins(wanted)
    with host_lock():
        route.apply(now.app, wanted, changes, wait=wait)


def _wait_for_proxy(now: AppRecord, instance: Instance) -> None:
    wanted, servers = now.route(), [Server(f"web{instance.number}", port_of(instance) or 0)]
    if wanted is not None:
        gate.must_answer(wanted, servers)
        proxy.wait_until_up(wanted.backend, servers, deadline=route.PATIENCE + now.timeout)


def _drain(now: AppRecord, instance: Instance) -> None:
    port = port_of(instance)
    if port is not None:
        proxy.drain(backend_of(now.app), {port}, timeout=now.drain_timeout)


def _wait_for_new(instance: Instance, before: str, now: AppRecord) -> None:
    """systemd takes the job up a moment after it was asked, and stops the old process first."""
    until = time.monotonic() + now.stop_timeout + 60
    while time.monotonic() < until:
        state = systemctl.states([instance.unit])[instance.unit]
        if state.invocation not in ("", before):
            return
        time.sleep(0.05)
    raise StepFailed(
        "host_timeout",
        f"{instance.label} had not stopped {now.stop_timeout + 60:.0f} s after it was asked to.",
    )


def _expected(now: AppRecord) -> Expectation:
    health = HealthCheck(path=now.path, timeout=now.timeout)
    return Expectation(now.start_timeout, now.container_port, health)
