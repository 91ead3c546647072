"""The inventory of a scenario's host: the document that pvdifyd would write for a run, read by the same plugin."""

import json
from ipaddress import IPv4Address
from pathlib import Path

from demo import registry, ssh
from demo.settings import CHECKOUT, Settings

APPS = CHECKOUT / "molecule" / "shared" / "apps.json"


def write(lab: Settings, address: IPv4Address, directory: Path) -> Path:
    """Write document and inventory to `directory`; returns the inventory's path."""
    document = directory / "document.json"
    document.write_text(json.dumps({"hosts": {"host": _host(lab, address)}, "apps": _apps(lab)}))
    inventory = directory / "host.pvdify.yml"
    inventory.write_text(json.dumps({"plugin": "pvdify", "document": str(document)}))
    return inventory


def _host(lab: Settings, address: IPv4Address) -> dict[str, object]:
    return {
        "connection": "ssh",
        "address": str(address),
        "port": 22,
        "user": "root",
        "identity_file": str(ssh.identity(lab)),
        "known_hosts_file": str(ssh.known_hosts(lab)),
        "registry_certificates": {lab.registry: registry.authority(lab).read_text()},
    }


def _apps(lab: Settings) -> object:
    """The scenarios' apps. What a person may type stands there as it is, and goes through no template."""
    return json.loads(APPS.read_text().replace("REGISTRY", lab.registry))
