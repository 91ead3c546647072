"""What signs in to a registry: opened when it is needed, and given to programs in memory that goes with this process.

The form is that of containers-auth.json(5).
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from . import sops


@dataclass(frozen=True)
class SignedIn:
    """``file`` holds the credential of ``username``; both are None where the host's own are to be used, if it has
    any."""

    file: str | None = None
    username: str | None = None

    def options(self) -> list[str]:
        """What podman and skopeo take."""
        return [f"--authfile={self.file}"] if self.file is not None else []


NOBODY = SignedIn()


@contextmanager
def signing_in(credential: Mapping[str, Any] | None) -> Iterator[Callable[[], SignedIn]]:
    """What signs in when it is called: what nobody asks a registry for needs no credential. Credential: ``registry``,
    ``username``, ``app`` (None for all of the host's), ``document``. Calling it raises what ``sops.opened`` raises,
    with ``credential_misplaced``."""
    with ExitStack() as stack:
        yield cache(lambda: stack.enter_context(_signed_in(credential)) if credential is not None else NOBODY)


@contextmanager
def _signed_in(credential: Mapping[str, Any]) -> Iterator[SignedIn]:
    registry, username = credential["registry"], credential["username"]
    bound = {"registry": registry, "username": username, "app": credential["app"]}
    what = f"The credential of {username} for {registry}"
    again = f"pvdify registry:login {registry} --username {username}"
    held = sops.opened(credential["document"], bound, what, misplaced="credential_misplaced", again=again)
    basic = base64.b64encode(f"{username}:{held['password']}".encode()).decode("ascii")
    file = os.memfd_create("pvdify-registry")
    try:
        os.write(file, json.dumps({"auths": {registry: {"auth": basic}}}).encode("utf-8"))
        # For the programs this one starts: they are root's too, and none can read it once this one has ended.
        yield SignedIn(f"/proc/{os.getpid()}/fd/{file}", username)
    finally:
        os.close(file)
