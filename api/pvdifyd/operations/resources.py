"""How much memory and CPU an instance may use: how that is written, its defaults, and what a host can give."""

from __future__ import annotations

import math
import re
from typing import Any, Protocol

from pvdifyd.errors import InvalidError, RuleError, UnavailableError, shown
from pvdifyd.models import App, Host

# {"memory": "512M", "cpu": 0.5}, as in the API and in rows.
Resources = dict[str, Any]

DEFAULTS: dict[str, Resources] = {
    "production": {"memory": "512M", "cpu": 0.5},
    "staging": {"memory": "256M", "cpu": 0.25},
    "preview": {"memory": "128M", "cpu": 0.1},
}

LEAST_MEMORY = 16 * 1024**2
LEAST_CPU = 0.01

# No machine is larger; what lies above is a slip of the hand even where the host can't be asked.
MOST_MEMORY = 1024**5
MOST_CPU = 4096

# As systemd has them: powers of 1024.
_UNITS = {"K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_MEMORY = re.compile(r"([0-9]{1,12})([KMGT])", re.ASCII)


class AskHost(Protocol):
    """Asks a host for its size: {memory: bytes, cpus: number}. Raises UnavailableError when it can't be asked."""

    def __call__(self, host: str) -> dict[str, int]: ...


def memory_bytes(text: str) -> int:
    """The bytes that a text such as "512M" means; raises RuleError(memory)."""
    match = _MEMORY.fullmatch(text)
    size = int(match[1]) * _UNITS[match[2]] if match else 0
    if not LEAST_MEMORY <= size <= MOST_MEMORY:
        raise RuleError(
            "memory",
            f"{shown(text)} can't be a memory limit: write a whole number and M or G, at least 16M and no more "
            "than the host has, as 512M.",
        )
    return size


def checked_cpu(value: Any) -> float:
    """The number of CPUs, of which there may be a hundredth; raises RuleError(cpu)."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if (
        not number
        or not LEAST_CPU <= value <= MOST_CPU
        or not math.isclose(value, round(value, 2), abs_tol=1e-9)
    ):
        raise RuleError(
            "cpu",
            f"{shown(value)} can't be a CPU limit: write a number of CPUs above 0, at least {LEAST_CPU} and no more "
            "than the host has, with at most two decimals, as 0.5.",
        )
    return round(float(value), 2)


def of(app: App) -> Resources:
    """The limits in force for the app."""
    return {**DEFAULTS[app.environment], **app.resources}


def variables(resources: Resources) -> dict[str, Any]:
    """The limits as a playbook is told them: bytes, and CPUs as a float."""
    return {"memory": memory_bytes(resources["memory"]), "cpu": float(resources["cpu"])}


def check_within_host(host: Host, asked: Resources, ask_host: AskHost) -> None:
    """Raises InvalidError(memory_within_host, cpu_within_host) when the host is smaller than what is asked for.

    A host that can't be asked now stops nobody: the deploy looks again.
    """
    if not asked:
        return
    try:
        size = ask_host(host.name)
    except UnavailableError:
        return
    memory, cpu = asked.get("memory"), asked.get("cpu")
    if memory is not None and memory_bytes(memory) > size["memory"]:
        raise InvalidError.field(
            "resources.memory",
            memory,
            "memory_within_host",
            f"{shown(memory)} is more memory than {host.name} has: ask for at most {size['memory'] // 1024**2}M.",
        )
    if cpu is not None and cpu > size["cpus"]:
        raise InvalidError.field(
            "resources.cpu",
            cpu,
            "cpu_within_host",
            f"{shown(cpu)} is more CPUs than {host.name} has: ask for at most {size['cpus']}.",
        )
