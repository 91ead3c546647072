"""A host's image on which playbooks/host.yml has run already, for the scenarios that begin there.

The lab's own host is prepared and kept as an image, once for each state of its roles.
"""

from collections.abc import Callable
from hashlib import sha256

from demo import namespace, podman, rootfs
from demo.commands import run
from demo.settings import CHECKOUT, Settings

from . import inventory
from .tools import BINARIES, PATH


def image(lab: Settings) -> str:
    roles = [path for role in ("host", "sops") for path in (CHECKOUT / "roles" / role).rglob("*")]
    made_of = sorted(path for path in roles if path.suffix in (".yml", ".j2"))
    content = sha256(b"".join(path.read_bytes() for path in made_of)).hexdigest()[:12]
    return f"localhost/{lab.name}-prepared:{rootfs.recipe()}-{content}"


def ensure(lab: Settings, say: Callable[[str], None]) -> None:
    """Make the image where it is missing."""
    if podman.exists(lab, "image", image(lab)):
        return
    say("preparing a host, and keeping it as an image")
    work = lab.directory / "prepared"
    work.mkdir(exist_ok=True)
    name, _, value = lab.marker.partition("=")
    variables = {
        name: value,
        "PATH": PATH,
        "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"),
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(lab.run_directory / "ssh"),
    }
    hosts = inventory.write(lab, lab.host_address, work)
    playbook = [BINARIES / "ansible-playbook", f"--inventory={hosts}", CHECKOUT / "playbooks" / "host.yml"]
    words = ["env", *(f"{key}={value}" for key, value in variables.items()), *playbook]
    run(namespace.inside(lab, words), timeout=300)
    podman.podman(lab, "commit", "--quiet", lab.name, image(lab), timeout=120)
