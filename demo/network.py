"""The network between this machine and the demo host."""

import json
import shlex
from pathlib import Path

from .commands import attempt
from .errors import DemoError
from .podman import exists, networks_directory, podman
from .settings import Settings


def ensure(settings: Settings) -> None:
    """Makes the network where it is missing; DemoError when its addresses are taken."""
    if exists(settings, "network", settings.name):
        return
    remove_leftover(settings)
    _check_addresses_are_free(settings)
    podman(settings, "network", "create", "--disable-dns", f"--subnet={settings.network}", settings.name)
    _name_device(settings)


def remove_leftover(settings: Settings) -> None:
    """Removes bridge and firewall rules that a killed run left with nobody on them; those in use are another's."""
    ports = Path("/sys/class/net", settings.name, "brif")
    if ports.exists():
        if any(ports.iterdir()):
            return
        attempt(["ip", "link", "delete", settings.name], timeout=10)
    for table in ("filter", "nat"):
        rules = attempt(["iptables", "-w", "-t", table, "-S"], timeout=10).stdout.splitlines()
        for rule in rules:
            words = shlex.split(rule)
            if words[0] == "-A" and str(settings.network) in words:
                attempt(["iptables", "-w", "-t", table, "-D", *words[1:]], timeout=10)


def _check_addresses_are_free(settings: Settings) -> None:
    if Path("/sys/class/net", settings.name).exists():
        raise DemoError(f"a demo of another checkout has {settings.name}. Run `make demo-down` there first.")
    ours = int.from_bytes(settings.network.network_address.packed, "little")
    for line in Path("/proc/net/route").read_text().splitlines()[1:]:
        device, destination = line.split()[:2]
        if int(destination, 16) == ours:
            raise DemoError(
                f"{settings.network} is in use on this machine (device {device}). Take another /24:\n"
                "PVDIFY_DEMO_NETWORK=10.89.99.0/24 make demo"
            )


def _name_device(settings: Settings) -> None:
    """Gives the bridge our name.

    podman picks one that is free now, and may be another's later; its option for it came with podman 4.6.
    """
    path = networks_directory(settings) / f"{settings.name}.json"
    definition = json.loads(path.read_text())
    definition["network_interface"] = settings.name
    path.write_text(json.dumps(definition))
