"""An app on such a host: its record, its ports and the proxy's file, as a deploy leaves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pvdifyd.host_program import (
    environment,
    gate,
    groups,
    images,
    locks,
    names,
    ports,
    proxy,
    standby,
    systemctl,
    waiting,
)
from pvdifyd.host_program.changes import Changes
from pvdifyd.host_program.commands import Completed
from pvdifyd.host_program.names import Instance
from pvdifyd.host_program.proxy_file import backend_of, servers_in
from pvdifyd.host_program.record import AppRecord
from pvdifyd.host_program.steps import current, route
from tests.host_program.steps.fakes import Proxy, Systemd

APP = "my-app"
FIRST_PORT = 20000


class Host:
    """Its files lie below a folder; ``said`` is what was asked of systemd and the proxy, in order."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[str] = []
        self.systemd, self.proxy = Systemd(self.said), Proxy(self.said)
        for module in (names, locks):
            monkeypatch.setattr(module, "RUNTIME", folder / "run")
        for module in (names, ports):
            monkeypatch.setattr(module, "CONFIGURATION", folder / "etc")
        for module in (names, current):
            monkeypatch.setattr(module, "UNITS", folder / "units")
        monkeypatch.setattr(names, "ENVIRONMENTS", folder / "run" / "environment")
        monkeypatch.setattr(names, "QUADLETS", folder / "quadlets")
        monkeypatch.setattr(names, "PROXY_APPS", folder / "etc" / "haproxy" / "apps")
        for path in (names.UNITS, names.QUADLETS, names.PROXY_APPS):
            path.mkdir(parents=True)
        for function in (
            *("states", "loaded_instances", "running_instances", "start", "restart", "stop", "begin_stop"),
            "reload",
        ):
            monkeypatch.setattr(systemctl, function, getattr(self.systemd, function))
        for function in ("servers", "point", "drain"):
            monkeypatch.setattr(proxy, function, getattr(self.proxy, function))
        monkeypatch.setattr(proxy, "wait_until_up", lambda *_, **__: None)
        monkeypatch.setattr(proxy, "check_configuration", lambda: None)
        monkeypatch.setattr(proxy, "reload", self._reload)
        monkeypatch.setattr(gate, "must_answer", self.proxy.must_answer)
        monkeypatch.setattr(current, "run", lambda *_, **__: Completed(1, b"", ""))
        monkeypatch.setattr(current, "must_run", lambda *_, **__: Completed(0, b"", ""))
        monkeypatch.setattr(standby, "stay", lambda *_: False)
        monkeypatch.setattr(environment, "forget", lambda *_: None)
        monkeypatch.setattr(images, "remove_unused", lambda _: None)
        monkeypatch.setattr(ports, "is_free", lambda *_: True)
        monkeypatch.setattr(waiting, "last_ending", lambda _: None)
        monkeypatch.setattr(waiting, "last_lines", lambda *_, **__: ["its last line"])

    def _reload(self) -> None:
        self.said.append("reload the proxy")
        for path in names.PROXY_APPS.glob("*.cfg"):
            backend = backend_of(path.stem)
            self.proxy.backends[backend] = {one.name: one for one in servers_in(path.read_text())}

    def staged(self, units: int, *, port: int = FIRST_PORT, **counts: int) -> list[Instance]:
        """A release that has its units and its ports, and does not run."""
        instances = [
            Instance(APP, process, units, number)
            for process, count in counts.items()
            for number in range(1, count + 1)
        ]
        for process in counts:
            names.quadlet(APP, process, units).write_text("[Container]\n")
        for one in instances:
            names.release_folder(APP, units).mkdir(parents=True, exist_ok=True)
            if one.process == "web":
                names.port_file(one).write_text(f"PVDIFY_HOST_PORT={port + one.number - 1}\n")
        return instances

    def serving(self, units: int = 1, **counts: int) -> list[Instance]:
        """A release that runs, gets the requests, and is the one that the host's record names."""
        instances = self.staged(units, **counts)
        for one in instances:
            self.systemd.up(one.unit)
        wanted = AppRecord.wanted(request(units, **counts), standby=None)
        wanted.write(Changes(check=False))
        for process in counts:
            unit, drop_in = groups.paths_of(APP, process)
            (names.UNITS / drop_in).parent.mkdir()
            (names.UNITS / unit).write_text(groups.group_text(APP, process))
            text = groups.current_text(APP, process, units, wanted.instances(process))
            (names.UNITS / drop_in).write_text(text)
        route.apply(APP, wanted.route(), Changes(check=False))
        self.said.clear()
        return instances


def request(units: int = 1, **counts: int) -> dict[str, Any]:
    """What a step is asked for."""
    return {
        "app": APP,
        "release": units,
        "units": units,
        "operation": 7,
        "address": "127.0.0.1",
        "port": 3000,
        "processes": {process: {"command": None, "count": count} for process, count in counts.items()},
        "healthcheck": None,
        "container_port": 8080,
        "start_timeout": 5,
        "stop_timeout": 300,
        "drain_timeout": 20,
    }
