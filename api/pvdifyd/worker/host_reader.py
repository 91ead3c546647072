"""Reading a host for the reader: by its name, through the engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pvdifyd import inventory
from pvdifyd.errors import RuleError
from pvdifyd.models import Host, close, connected
from pvdifyd.names import check_app_name
from pvdifyd.reading.server import ReadError
from pvdifyd.worker.engine_face import Engine

# Seconds a host has to answer.
TIMEOUT = 10.0


@dataclass(frozen=True)
class HostReader:
    """Reads hosts over the worker's kept connections."""

    engine: Engine
    control_directory: Path

    def read(self, name: str, request: dict[str, Any]) -> dict[str, Any]:
        """The host's answer; raises ReadError(host_unreachable, host_refused).

        The question comes from the API's account, which is not trusted with a host: only what reads is passed on, and
        only what is well-formed.
        """
        question = _checked(request)
        try:
            return self.engine.read(
                variables_of(name),
                question,
                control_directory=self.control_directory,
                timeout=TIMEOUT,
            )
        except self.engine.HostUnreachable as error:
            raise ReadError("host_unreachable", f"The host {name} can't be read: {error}") from error
        except self.engine.HostRefused as error:
            raise ReadError("host_refused", f"The host {name} can't answer: {error}") from error


def _checked(request: dict[str, Any]) -> dict[str, Any]:
    match request:
        case {"step": "ps", "app": str(app), **rest} if not rest and is_app_name(app):
            return request
        case {"step": "free_port", "start": int(), "end": int(), "exclude": list(ports), **rest} if not rest:
            if all(type(port) is int for port in ports):
                return request
        case {"step": "capacity" | "tunnel", **rest} if not rest:
            return request
    raise ReadError("host_refused", "That is no question a host may be asked.")


def is_app_name(name: str) -> bool:
    """Whether an app may have this name."""
    try:
        check_app_name(name)
    except RuleError:
        return False
    return True


def variables_of(name: str) -> dict[str, Any]:
    """How the host is reached; raises ReadError(host_unreachable) where there is none of this name."""
    connected()
    try:
        host = Host.get_or_none(Host.name == name)
        if host is None:
            raise ReadError("host_unreachable", f"There is no host {name!r}.")
        return inventory.host_variables(host)
    finally:
        # The reader answers each question in a new thread, which must not leave its connection behind.
        close()
