"""A systemd and a proxy of the tests' own, in the place of those that the steps of a release talk to."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.names import Instance, instance_of
from pvdifyd.host_program.proxy_file import Server
from pvdifyd.host_program.systemctl import UnitState


class Systemd:
    """Units start at once, as long ago as everything has settled, but for those that ``crash``; ``said`` is what it
    was asked to do, in order."""

    def __init__(self, said: list[str]) -> None:
        self.said = said
        self.units: dict[str, UnitState] = {}
        self.crashing: set[str] = set()
        self._invocations = 0

    def up(self, unit: str, *, started: float | None = None) -> None:
        self._invocations += 1
        moment = time.time() - 60 if started is None else started
        self.units[unit] = UnitState(
            unit,
            "active",
            "running",
            "success",
            0,
            None,
            moment,
            started=moment,
            invocation=str(self._invocations),
        )

    def crash(self, unit: str) -> None:
        self._invocations += 1
        self.units[unit] = UnitState(
            unit,
            "activating",
            "auto-restart",
            "exit-code",
            1,
            3,
            time.time(),
            invocation=str(self._invocations),
        )

    def states(self, units: Sequence[str]) -> dict[str, UnitState]:
        away = UnitState("", "inactive", "dead", "success", 0, None, 0.0)
        return {unit: self.units.get(unit, replace(away, unit=unit)) for unit in units}

    def loaded_instances(self, app: str) -> list[Instance]:
        return sorted(one for unit in self.units if (one := instance_of(unit, app)) is not None)

    def running_instances(self, app: str) -> list[Instance]:
        return [one for one in self.loaded_instances(app) if self.units[one.unit].active != "inactive"]

    def start(self, units: Iterable[str]) -> None:
        for unit in units:
            self.said.append(f"start {unit}")
            if not self.states([unit])[unit].running:
                self._bring_up(unit)

    def restart(self, unit: str) -> None:
        self.said.append(f"restart {unit}")
        self._bring_up(unit)

    def stop(self, units: Iterable[str], *, timeout: float) -> None:
        for unit in units:
            self.said.append(f"stop {unit} within {timeout:g} s")
            self.units.pop(unit, None)

    def begin_stop(self, units: Iterable[str]) -> None:
        self.said.extend(f"begin to stop {unit}" for unit in units)

    def reload(self) -> None:
        self.said.append("reload systemd")

    def _bring_up(self, unit: str) -> None:
        if unit in self.crashing:
            self.crash(unit)
        else:
            self.up(unit)


class Proxy:
    """Does what it is told; ``refused`` are the ports whose instances would fail its check, ``said`` as systemd's."""

    def __init__(self, said: list[str]) -> None:
        self.said = said
        self.backends: dict[str, dict[str, Server]] = {}
        self.refused: set[int] = set()

    def enabled(self, backend: str) -> set[str]:
        return {server.name for server in self.backends.get(backend, {}).values() if server.enabled}

    def servers(self, backend: str) -> dict[str, Server]:
        return dict(self.backends.get(backend, {}))

    def point(self, backend: str, wanted: Sequence[Server]) -> None:
        self.said.append("point")
        self.backends[backend] = {server.name: server for server in wanted}

    def must_answer(self, _route: object, joining: Sequence[Server]) -> None:
        for server in joining:
            if server.enabled and server.port in self.refused:
                raise StepFailed("proxy_unhealthy", f"{server.name} does not answer.", next_step="Answer.")

    def drain(self, backend: str, ports: Collection[int], *, timeout: float) -> bool:
        self.said.append(f"drain {sorted(ports)} for {timeout:g} s")
        return True
