"""What tells one demo from another: where it keeps its things, and which addresses it takes."""

import os
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
REGISTRY_PORT = 5000


@dataclass(frozen=True)
class Settings:
    """One demo. Several can stand side by side when the first four values differ.

    name: prefix of what is visible on the machine, at most 15 characters (a network device is named so).
    directory: everything the demo writes, but for what must be on a memory file system.
    network: a /24 that nothing else on this machine uses, and that is not podman's own 10.88.0.0/16.
    listen: address and port of the daemon.
    slowness: how many times slower than a real machine the host is; deadlines allow for it.
    """

    name: str
    directory: Path
    network: IPv4Network
    listen: str
    slowness: int = 1

    @property
    def machine_address(self) -> IPv4Address:
        """This machine, as the demo host sees it. The registry listens there."""
        return self.network[1]

    @property
    def host_address(self) -> IPv4Address:
        return self.network[2]

    @property
    def registry(self) -> str:
        return f"{self.machine_address}:{REGISTRY_PORT}"

    @property
    def url(self) -> str:
        return f"https://{self.listen}"

    @property
    def run_directory(self) -> Path:
        """podman's short-lived files. Under /run: a socket's path may not be longer than 107 bytes."""
        return Path("/run", f"{self.name}-{sha256(str(self.directory).encode()).hexdigest()[:8]}")

    @property
    def marker(self) -> str:
        """Stands in the environment of every process that the demo leaves running, to find it again by."""
        return f"PVDIFY_DEMO_DIRECTORY={self.directory}"


def demo_settings() -> Settings:
    """The settings of `make demo`; PVDIFY_DEMO_LISTEN and PVDIFY_DEMO_NETWORK change its addresses."""
    return Settings(
        name="pvdify-demo",
        directory=CHECKOUT / ".demo",
        network=IPv4Network(os.environ.get("PVDIFY_DEMO_NETWORK", "10.89.77.0/24")),
        listen=os.environ.get("PVDIFY_DEMO_LISTEN", "127.0.0.1:9443"),
    )
