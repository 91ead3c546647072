"""What the Molecule scenarios stand on: podman in a mount namespace of its own, a network, the demo's host image,
and a real registry with the sample app. All of it is made by the demo's own modules.

The lab's own host is there for the network alone: the bridge, and with it the registry's address, lives as long as
a container is connected to it. Each scenario makes and destroys another host beside it.
"""

import json
import os
import shutil
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network

from demo import cloudflare, host, images, namespace, podman, registry, rootfs, ssh
from demo.settings import CHECKOUT, Settings

from . import inventory, prepared
from .tools import BINARIES, PATH

SCENARIOS = sorted(path.parent.name for path in (CHECKOUT / "molecule").glob("*/molecule.yml"))
BASE = CHECKOUT / "molecule/shared/base.yml"
FIRST_ADDRESS = 10

Say = Callable[[str], None]


def settings() -> Settings:
    """The lab's own name, folder and addresses: it never meets a demo or the end-to-end tests."""
    network = os.environ.get("PVDIFY_MOLECULE_NETWORK", "10.89.79.0/24")
    return Settings("pvdify-molecule", CHECKOUT / ".test" / "molecule", IPv4Network(network), listen="")


def up(say: Say) -> Settings:
    """Bring the lab up, from whatever an earlier run left."""
    lab = settings()
    lab.directory.mkdir(parents=True, exist_ok=True)
    host.ensure(lab, say)
    registry.ensure(lab)
    images.ensure(lab, say)
    _know_the_hosts(lab)
    prepared.ensure(lab, say)
    return lab


def down() -> None:
    """Remove the lab, and the hosts of scenarios that did not end."""
    lab = settings()
    if not lab.directory.exists():
        return
    registry.stop(lab)
    cloudflare.stop(lab)
    for scenario in SCENARIOS:
        if namespace_is_there(lab):
            podman.try_podman(
                lab, "rm", "--force", "--time", 0, "--volumes", container(lab, scenario), timeout=90
            )
    host.remove(lab)
    shutil.rmtree(lab.directory)


def command(lab: Settings, scenario: str, *arguments: str) -> list[str]:
    """The command that runs Molecule for one scenario inside the lab."""
    variables = [f"{name}={value}" for name, value in environment(lab, scenario).items()]
    molecule = [BINARIES / "molecule", f"--base-config={BASE}", *arguments, "--scenario-name", scenario]
    return [str(word) for word in namespace.inside(lab, ["env", *variables, *molecule])]


def environment(lab: Settings, scenario: str) -> dict[str, str]:
    """What molecule/shared reads: the host to make, and the inventory to reach it by."""
    work = lab.directory / "scenarios" / scenario
    work.mkdir(parents=True, exist_ok=True)
    name, _, value = lab.marker.partition("=")
    return {
        name: value,
        "PATH": PATH,
        "NO_COLOR": "1",
        "ANSIBLE_NOCOLOR": "1",
        "CONTAINERS_CONF": str(lab.directory / "podman/containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(lab.directory / "podman/storage.conf"),
        "MOLECULE_EPHEMERAL_DIRECTORY": str(work),
        # A socket's path may not be longer than 107 bytes.
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(lab.run_directory / f"ssh-{scenario}"),
        "PVDIFY_MOLECULE_INVENTORY": str(inventory.write(lab, address(lab, scenario), work)),
        "PVDIFY_MOLECULE_CONTAINER": container(lab, scenario),
        "PVDIFY_MOLECULE_IMAGE": f"localhost/{lab.name}-host:{rootfs.recipe()}",
        "PVDIFY_MOLECULE_PREPARED_IMAGE": prepared.image(lab),
        "PVDIFY_MOLECULE_NETWORK": lab.name,
        "PVDIFY_MOLECULE_ADDRESS": str(address(lab, scenario)),
        "PVDIFY_MOLECULE_FILES": str(lab.directory / "host-files"),
        "PVDIFY_MOLECULE_MAC_ADDRESS": mac_address(lab, scenario),
        "PVDIFY_MOLECULE_REGISTRY": lab.registry,
        **(_cloudflare(lab) if scenario == "cloudflared" else {}),
    }


def _cloudflare(lab: Settings) -> dict[str, str]:
    """What a person would have from Cloudflare, and where its stand-in is told what happens there."""
    account = cloudflare.ensure(lab)
    described = {
        "endpoint": account.endpoint,
        "authority": account.authority.read_text(),
        "account_id": account.account_id,
        "tunnel_id": account.tunnel_id,
        "token": account.token,
        "credentials": account.credentials.read_text(),
    }
    return {"PVDIFY_MOLECULE_CLOUDFLARE": json.dumps(described)}


def container(lab: Settings, scenario: str) -> str:
    return f"{lab.name}-{scenario.replace('_', '-')}"


def address(lab: Settings, scenario: str) -> IPv4Address:
    return lab.network[FIRST_ADDRESS + SCENARIOS.index(scenario)]


def mac_address(lab: Settings, scenario: str) -> str:
    """The same after each start: this machine goes on sending to the one it knows for most of a minute."""
    return "02:00:" + address(lab, scenario).packed.hex(":")


def namespace_is_there(lab: Settings) -> bool:
    return (lab.directory / "namespace.ready").exists()


def _know_the_hosts(lab: Settings) -> None:
    """All of them have the key that was made for the lab's own."""
    public = ssh.host_key(lab).with_suffix(".pub").read_text()
    addresses = [lab.host_address, *(address(lab, scenario) for scenario in SCENARIOS)]
    ssh.known_hosts(lab).write_text("".join(f"{each} {public}" for each in addresses))
