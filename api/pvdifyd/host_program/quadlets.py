"""The Quadlet template of one process type of one release: a pure function from what should run to a file's text.

The layout is described in podman-systemd.unit(5). ``${PVDIFY_HOST_PORT}`` is systemd's to fill in, from the small
file that stands beside the release for each instance.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from . import names
from .proxy_file import CHECKED_HOST
from .unit_file import document, plain, section, words

PROBE_INSIDE = "/.pvdify/busybox"
STARTUP_INTERVAL = 2
_KILLED_OR_TERMINATED = "137 143"


@dataclass(frozen=True)
class HealthCheck:
    """When an instance is healthy: GET ``path`` answers well, or, with no path, its port takes a connection.

    ``interval`` and ``timeout`` are in seconds.
    """

    path: str | None = None
    interval: float = 30
    timeout: float = 5
    retries: int = 3

    def command(self, port: int) -> list[str]:
        """The probe, run inside the container by a program that needs neither a shell nor a library.

        It asks for the Host that the proxy's check asks for, so that an app which is choosy about it is well for both
        or for none. The port is there for a redirect, which is followed: built from the Host, it leads back here.
        """
        patience = str(max(1, math.ceil(self.timeout)))
        if self.path is None:
            return [PROBE_INSIDE, "nc", "-w", patience, "127.0.0.1", str(port), "-e", PROBE_INSIDE, "true"]
        address = f"http://127.0.0.1:{port}{self.path}"
        host = f"Host: {CHECKED_HOST}:{port}"
        return [PROBE_INSIDE, "wget", "-q", "-O", "/dev/null", "-T", patience, "--header", host, address]

    def said(self, port: int) -> str:
        """The probe, in words."""
        return f"GET {self.path} on port {port}" if self.path else f"a connection to port {port}"


@dataclass(frozen=True)
class Limits:
    """What one instance may use: ``memory`` in bytes, ``cpu`` in processors."""

    memory: int
    cpu: float

    def directives(self) -> list[tuple[str, str]]:
        """systemd's own, for the unit's cgroup, in which Quadlet runs the container (systemd.resource-control(5)).

        Without swap: an instance that needs more memory than it may have is ended and named, not made slow.
        """
        return [
            ("MemoryMax", str(self.memory)),
            ("MemorySwapMax", "0"),
            # Podman's units go on by default, and systemd would forget why the process ended.
            ("OOMPolicy", "stop"),
            ("CPUQuota", f"{self.cpu * 100:g}%"),  # no specifier is expanded there
        ]


@dataclass(frozen=True)
class Template:
    """All that a Quadlet template is made of. Times are in seconds; ``command`` None means the image's own, ``limits``
    None that there are none; ``keys`` are those of the release's config vars, whose values podman has as secrets."""

    app: str
    process: str
    units: int
    image: str
    command: Sequence[str] | None
    port: int
    health: HealthCheck | None
    busybox: str
    start_timeout: float
    stop_timeout: float
    limits: Limits | None = None
    keys: Sequence[str] = ()

    def text(self) -> str:
        return document(self._unit(), self._container(), self._service())

    def _unit(self) -> str:
        described = plain(f"pvdify: {self.app} {self.process}, release {self.units}, instance ") + "%i"
        entries = [("Description", described), ("PartOf", names.group_unit(self.app, self.process))]
        if self.keys:
            unit = names.environment_unit(self.app, self.units)
            entries += [("Wants", unit), ("After", unit)]
        return section("Unit", entries)

    def _container(self) -> str:
        entries = [
            ("Image", self.image),
            ("Pull", "never"),
            ("ContainerName", f"pvdify-{self.app}-{self.process}-v{self.units}-%i"),
            ("LogDriver", "journald"),
            ("StopTimeout", str(math.ceil(self.stop_timeout))),
            ("Label", f"pvdify.app={self.app}"),
            ("Label", f"pvdify.process={self.process}"),
            ("Label", f"pvdify.release={self.units}"),
            ("Label", "pvdify.instance=%i"),
            ("Environment", f"PVDIFY_APP={self.app}"),
            ("Environment", f"PVDIFY_PROCESS={self.process}"),
            ("Environment", f"PVDIFY_RELEASE={self.units}"),
            ("Environment", "PVDIFY_INSTANCE=%i"),
        ]
        for key in self.keys:
            secret = names.podman_secret(self.app, self.units, key)
            entries.append(("Secret", f"{secret},type=env,target={key}"))
        if self.health is not None:
            entries += [
                ("Environment", f"PORT={self.port}"),
                ("PublishPort", "127.0.0.1:${PVDIFY_HOST_PORT}:" + str(self.port)),
                *self._health(self.health),
            ]
        if self.command:
            entries.append(("Exec", words(self.command)))
        return section("Container", entries)

    def _health(self, health: HealthCheck) -> list[tuple[str, str]]:
        probe = _literal(json.dumps(health.command(self.port), ensure_ascii=True, separators=(",", ":")))
        timeout = f"{max(1, math.ceil(health.timeout))}s"
        return [
            ("Volume", f"{self.busybox}:{PROBE_INSIDE}:ro"),
            ("Notify", "healthy"),
            ("HealthCmd", probe),
            ("HealthInterval", f"{math.ceil(health.interval)}s"),
            ("HealthTimeout", timeout),
            ("HealthRetries", str(health.retries)),
            ("HealthOnFailure", "kill"),
            ("HealthStartupCmd", probe),
            ("HealthStartupInterval", f"{STARTUP_INTERVAL}s"),
            ("HealthStartupTimeout", timeout),
            # 0: the start's own deadline decides, so that the last probe can still be read when it has passed.
            ("HealthStartupRetries", "0"),
        ]

    def _service(self) -> str:
        entries = [
            ("Slice", names.slice_unit(self.app)),
            ("Restart", "always"),
            ("RestartSec", "1"),
            ("RestartSteps", "6"),
            # systemd never forgets a restart while a unit runs: one that ends once a day waits this long too, in time.
            ("RestartMaxDelaySec", "10"),
            ("TimeoutStartSec", str(math.ceil(self.start_timeout) + 30)),
            ("TimeoutStopSec", str(math.ceil(self.stop_timeout))),
            ("SuccessExitStatus", _KILLED_OR_TERMINATED),
            ("LogExtraFields", self._log_fields()),
            # journald drops what comes faster than its limit; its own size is capped. A unit's 0 would mean "as
            # journald.conf says" (systemd issue 22034), and a limit for each microsecond is never met.
            ("LogRateLimitIntervalSec", "1us"),
            *(self.limits.directives() if self.limits is not None else []),
        ]
        if self.health is not None:
            folder = names.release_folder(self.app, self.units)
            entries.insert(0, ("EnvironmentFile", f"{folder}/{self.process}-%i.env"))
        return section("Service", entries)

    def _log_fields(self) -> str:
        """What each line in the journal carries beside its text, to be found by."""
        fields = {
            "PVDIFY_APP": self.app,
            "PVDIFY_PROCESS": self.process,
            "PVDIFY_RELEASE": str(self.units),
            "PVDIFY_INSTANCE": "%i",
        }
        return " ".join(f"{name}={value}" for name, value in fields.items())


def service_text() -> str:
    """The drop-in for the unit that Quadlet makes of a template.

    Quadlet's own ExecStop= runs podman inside the instance's limits: for an app that is near its memory, the kernel
    would end the app then, in the middle of its work. Without it systemd sends SIGTERM to conmon, which hands it on at
    once; TimeoutStopSec= is the deadline, and Quadlet's ExecStopPost= clears up.
    """
    return document(section("Service", [("ExecStop", "")]))


def port_text(port: int) -> str:
    """The file that tells an instance's unit its port on the host."""
    return f"PVDIFY_HOST_PORT={port}\n"


def _literal(value: str) -> str:
    """A value Quadlet quotes by itself: only specifiers and variables are left to make inert."""
    return value.replace("%", "%%").replace("$", "$$")
