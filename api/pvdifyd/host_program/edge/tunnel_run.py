"""Having the tunnel run with what is wanted, and knowing that it does: restarted only where that is needed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .. import names, systemctl
from ..answers import StepFailed
from ..changes import Changes
from ..journal import lines_of_unit
from ..systemctl import UnitState
from . import cloudflared, ingress_rules
from .cloudflared import Told
from .ingress_rules import Rule

POLL_SECONDS = 0.2
# Seconds that a program which runs has to tell of itself: on a busy host it may be slow, and after its start it can't.
ANSWER_SECONDS = 10.0


def assert_installed() -> None:
    """Raises ``StepFailed(edge_not_ready)`` where the host has no tunnel."""
    if not (names.UNITS / names.CLOUDFLARED_UNIT).exists():
        raise StepFailed(
            "edge_not_ready",
            f"This host has no tunnel: {names.CLOUDFLARED_UNIT} is missing.",
            next_step="Prepare it: pvdify edge:set cloudflare, or ansible-playbook playbooks/edge.yml",
        )


def needs_restart(wanted: Sequence[Rule], metrics_port: int, *, managed_here: bool) -> bool:
    """Whether the running program was started before what it begins with was written: its credentials, its unit, the
    program itself, and its rules where they are managed here. A run that was cut off before its restart is found out by
    that too. One that does not run, or tells nothing of itself for ``ANSWER_SECONDS``, needs a restart as well."""
    now = _told_where_it_runs(metrics_port)
    if now.ingress is None:
        return True
    started = _state().started
    # One from the future was written before the clock was set back.
    if any(started < written < time.time() for written in _written()):
        return True
    return managed_here and not ingress_rules.same(now.ingress, wanted)


def _told_where_it_runs(metrics_port: int) -> Told:
    until = time.monotonic() + ANSWER_SECONDS
    while True:
        now = cloudflared.told(metrics_port)
        if now.ingress is not None or not _state().running or time.monotonic() > until:
            return now
        time.sleep(POLL_SECONDS)


def _written() -> Iterator[float]:
    """When what it begins with was written, of what there is."""
    for path in (names.TUNNEL_CREDENTIALS, names.UNITS / names.CLOUDFLARED_UNIT):
        if path.exists():
            yield path.stat().st_mtime
    program = shutil.which(cloudflared.program())
    if program is not None:
        # A package gives its files the time at which they were made.
        yield Path(program).stat().st_ctime


def _state() -> UnitState:
    return systemctl.states([names.CLOUDFLARED_UNIT])[names.CLOUDFLARED_UNIT]


def restart(changes: Changes) -> None:
    if changes.will(f"restart {names.CLOUDFLARED_UNIT}"):
        if _state().outdated:
            systemctl.reload()
        systemctl.restart(names.CLOUDFLARED_UNIT)


def wait_until_in_force(
    wanted: Sequence[Rule], metrics_port: int, *, timeout: float, why_not: Callable[[], StepFailed | None]
) -> Told:
    """Until the tunnel is connected and goes by these rules, for ``timeout`` seconds at most. ``why_not`` asks for a
    better reason than that it is not.

    Raises ``StepFailed``: what ``why_not`` gives, or ``tunnel_not_connected`` with the last lines it wrote.
    """
    began = time.time()
    until = time.monotonic() + timeout
    while True:
        now = cloudflared.told(metrics_port)
        if now.ready and now.ingress is not None and ingress_rules.same(now.ingress, wanted):
            return now
        if time.monotonic() > until:
            break
        time.sleep(POLL_SECONDS)
    reason = why_not()
    if reason is not None:
        raise reason
    what = "goes by other rules than it was given" if now.ready else "has no connection to Cloudflare"
    raise StepFailed(
        "tunnel_not_connected",
        f"The tunnel {what}, {timeout:.0f} s after it was asked to.",
        logs=lines_of_unit(names.CLOUDFLARED_UNIT, since=began - timeout),
        next_step=f"On the host: journalctl -u {names.CLOUDFLARED_UNIT}",
    )
