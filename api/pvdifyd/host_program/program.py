"""The program's entry: one request in, one answer out."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from . import names
from .answers import StepFailed, refused
from .caller import end_with_caller
from .changes import Changes

ANSWER_MARK = "pvdify-answer:"

# Each is a function of the same name in a file of the same name; only the one asked for is read.
STEPS = (
    *("pull", "stage", "start", "route", "current", "retire", "restart", "leave", "discard", "remove"),
    *("identity", "environment", "reopen", "reencrypt", "forget"),
    *("dns", "ingress", "caddy", "reopen_tunnel"),
    *("ps", "free_port", "capacity", "tunnel"),
)

_APP = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")

Step = Callable[[dict[str, Any], Changes], dict[str, Any]]


def answer(step: str, request: dict[str, Any], *, check: bool = False) -> dict[str, Any]:
    """Do one step. What goes wrong for a known reason is an answer too; ``seconds`` is how long it took."""
    began = time.monotonic()
    try:
        _check_app(request)
        said = _step(step)(request, Changes(check))
    except StepFailed as failure:
        said = refused(step, failure)
    except OSError as trouble:
        said = refused(step, StepFailed("host_io_error", f"The host could not do it: {trouble}."))
    return {**said, "seconds": round(time.monotonic() - began, 3)}


def _check_app(request: dict[str, Any]) -> None:
    """An app's name becomes part of paths: whoever asks, it is one word and never leads elsewhere."""
    app = request.get("app")
    if app is not None and (not isinstance(app, str) or _APP.fullmatch(app) is None):
        raise StepFailed("invalid_app", f"{app!r} is no app's name.")


def _step(name: str) -> Step:
    if name not in STEPS:
        raise StepFailed("unknown_step", f"There is no step {name!r}; there are {', '.join(STEPS)}.")
    step: Step = getattr(import_module(f".steps.{name}", __package__), name)
    return step


def main(request: dict[str, Any]) -> None:
    """Print the answer to ``{"step": …, "arguments": {…}, "check": bool}`` on a line of its own."""
    end_with_caller()
    said = answer(request["step"], request["arguments"], check=bool(request.get("check")))
    print(ANSWER_MARK + json.dumps(said), flush=True)


def by_hand(words: list[str]) -> int:
    """What the host's own units run: ``restart APP PROCESS`` at a reload of a group, ``leave APP RELEASE`` when a
    release has been warm for long enough, ``reopen APP-vRELEASE`` before an instance of it starts, as at boot,
    ``reopen_tunnel`` before the tunnel starts. The exit status; the reason of a failure goes to standard error."""
    step, *rest = words
    said = answer(step, _request(step, rest))
    print(said["msg"], file=sys.stderr if said["failed"] else sys.stdout)
    return int(said["failed"])


def _request(step: str, words: list[str]) -> dict[str, Any]:
    # A number that no operation has: it goes on with nothing that was cut off.
    request: dict[str, Any] = {"operation": -time.time_ns()}
    if not words:
        return request
    app, *rest = words
    request["app"] = app
    if step == "leave":
        request |= {"units": int(rest[0])}
    elif step == "restart":
        request |= {"process": rest[0], "instance": None}
    elif step == "reopen":
        request["app"], request["units"] = names.environment_named(app)
    return request
