"""Starting an operation without waiting for it, and looking at it while it runs."""

import time
from typing import Any

import requests

from tests.end_to_end.world import World, within

OPEN = ("queued", "running")


def begin(world: World, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> int:
    """Sends what starts an operation (`/apps/x/releases`, `/apps/x/ps/scale`); returns its number."""
    accepted = world.api(method, path, json=body or {})
    assert accepted.status_code == 202, accepted.text
    return int(accepted.headers["Location"].rpartition("/")[2])


def deploying(world: World, app: str, image: str) -> int:
    """The number of the operation that now deploys that image."""
    return begin(world, f"/apps/{app}/releases", {"image": image})


def operation(world: World, number: int) -> dict[str, Any]:
    found: dict[str, Any] = world.api("GET", f"/operations/{number}").json()
    return found


def events(world: World, number: int) -> list[dict[str, Any]]:
    """Its events so far."""
    accept = {"Accept": "application/json"}
    found: list[dict[str, Any]] = world.api("GET", f"/operations/{number}/events", headers=accept).json()
    return found


def ended(world: World, number: int, *, seconds: float) -> dict[str, Any]:
    """The operation, once it has ended; fails when it has not by then.

    An API that does not answer meanwhile is asked again: it may be on its way back.
    """
    found: dict[str, Any] = {"status": "unknown"}

    def has_ended() -> bool:
        nonlocal found
        try:
            found = operation(world, number)
        except requests.RequestException:
            return False
        return found.get("status", "unknown") not in (*OPEN, "unknown")

    within(has_ended, seconds=seconds, what=f"operation {number} ends")
    return found


def still_open(world: World) -> list[dict[str, Any]]:
    """Every operation that waits or runs."""
    return [one for status in OPEN for one in world.api("GET", f"/operations?status={status}").json()]


def seconds_of(world: World, number: int) -> dict[str, float]:
    """How long each phase took."""
    return {
        event["phase"]: event["seconds"]
        for event in events(world, number)
        if event["type"] == "phase" and event["seconds"] is not None
    }


def until_ready(world: World, *, seconds: float) -> float:
    """Waits until API and worker answer; returns how long that took."""
    begun = time.monotonic()
    within(lambda: _is_ready(world), seconds=seconds, what="pvdifyd is ready again")
    return time.monotonic() - begun


def _is_ready(world: World) -> bool:
    try:
        return world.get("/ready").status_code == 200
    except requests.RequestException:
        return False
