"""A demo host that is a virtual machine: a kernel of its own, and with it all that cgroup version 2 can do.

qemu emulates the processor, so that it runs wherever the tests do, if slowly. Its network is qemu's own: the machine's
ports are forwarded from the address that the demo gives its host, and it reaches the registry through qemu.
"""

import base64
import os
import time

from demo import namespace, network, processes, ssh
from demo.commands import run
from demo.errors import DemoError
from demo.host import Say
from demo.podman import write_configuration
from demo.settings import Settings

from . import disk

ROLE = "machine"
BOOT_SECONDS = 300
APP_PORTS = range(3000, 3004)
MEMORY = "2G"
# The addresses that qemu's network has for the machine and for its gateway.
NETWORK = "[Match]\nName=e*\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\n"
KERNEL_OPTIONS = "root=/dev/vda rw console=ttyS0 systemd.hostname=vm systemd.wants=systemd-networkd.service"


def ensure(settings: Settings, say: Say) -> bool:
    """Brings the machine up where it isn't running. Returns whether it is a new, empty host."""
    write_configuration(settings)
    namespace.ensure(settings)  # for podman, which builds the sample app's images
    if processes.find(settings.marker, ROLE):
        return False
    say("making the virtual machine's disk where it is missing, and booting it")
    network.remove_leftover(settings)
    _take_addresses(settings)
    ssh.make_keys(settings)
    _boot(settings, disk.ensure())
    wait_until_up(settings)
    return True


def reboot(settings: Settings) -> None:
    """Reboots the machine and waits until it is up again."""
    before = _boot_identifier(settings)
    ssh.on_host(settings, "systemctl", "reboot")  # the connection may end before the command does
    wait_until_up(settings, after=before)


def wait_until_up(settings: Settings, after: str = "") -> None:
    """Returns when systemd has started all it had to, in another boot than `after`.

    Raises DemoError, with the end of the console's output, when that is not so within BOOT_SECONDS.
    """
    deadline = time.monotonic() + BOOT_SECONDS
    while True:
        boot = _boot_identifier(settings)
        if boot and boot != after:
            state = ssh.on_host(settings, "systemctl", "is-system-running", "--wait", timeout=BOOT_SECONDS)
            if state.stdout.strip() in ("running", "degraded"):
                return
        if not processes.find(settings.marker, ROLE):
            raise DemoError(f"the virtual machine ended while it started; {_what_was_said(settings)}")
        if time.monotonic() > deadline:
            raise DemoError(f"the virtual machine was not up in {BOOT_SECONDS} s; {_what_was_said(settings)}")
        time.sleep(0.5)


def _boot_identifier(settings: Settings) -> str:
    """A name of the machine's present life; empty where it can't be reached."""
    return ssh.on_host(settings, "cat", "/proc/sys/kernel/random/boot_id").stdout.strip()


def _take_addresses(settings: Settings) -> None:
    """A bridge with nobody on it makes both addresses this machine's own. It goes as every demo's bridge does."""
    run(["ip", "link", "add", "name", settings.name, "type", "bridge"], timeout=10)
    for address in (settings.machine_address, settings.host_address):
        run(["ip", "address", "add", f"{address}/24", "dev", settings.name], timeout=10)
    run(["ip", "link", "set", settings.name, "up"], timeout=10)


def _boot(settings: Settings, boot: disk.Disk) -> None:
    own_files = settings.directory / "own-files.conf"
    own_files.touch(mode=0o600)
    own_files.write_text(_own_files(settings))
    ports = [f"hostfwd=tcp:{settings.host_address}:{port}-:{port}" for port in (22, *APP_PORTS)]
    processes.start(
        [
            *("nice", "-n", "10", "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none"),
            *("-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", MEMORY),
            *("-kernel", boot.kernel, "-initrd", boot.ram_disk, "-append", KERNEL_OPTIONS),
            *("-serial", f"file:{settings.directory}/console.log", "-device", "virtio-rng-pci"),
            # The machine writes to a file that is gone with it, and the disk stays as it was.
            *("-drive", f"file={boot.image},format=raw,if=virtio,snapshot=on,cache=unsafe"),
            *("-netdev", ",".join(["user,id=network", *ports]), "-device", "virtio-net-pci,netdev=network"),
            *("-fw_cfg", f"name=opt/io.systemd.credentials/tmpfiles.extra,file={own_files}"),
        ],
        role=ROLE,
        marker=settings.marker,
        log=settings.directory / "qemu.log",
        environment={"PATH": os.defpath, "TMPDIR": str(settings.directory)},
    )


def _own_files(settings: Settings) -> str:
    """What makes this machine this one, in the words of tmpfiles.d(5): its key, who may enter, its network."""
    public, private = ssh.identity(settings).with_suffix(".pub"), ssh.host_key(settings)
    files = {
        "/root/.ssh/authorized_keys": public.read_text(),
        "/etc/ssh/ssh_host_ed25519_key": private.read_text(),
        "/etc/systemd/network/10-vm.network": NETWORK,
        "/etc/containers/containers.conf.d/10-pvdify-demo.conf": "[engine]\nhealthcheck_events = false\n",
    }
    lines = ["d /root/.ssh 0700 root root"]
    for path, text in files.items():
        mode = "0600" if text == private.read_text() else "0644"
        lines.append(f"f~ {path} {mode} root root - {base64.b64encode(text.encode()).decode()}")
    return "\n".join(lines) + "\n"


def _what_was_said(settings: Settings) -> str:
    said = {name: processes.last_lines(settings.directory / f"{name}.log") for name in ("console", "qemu")}
    return "\n".join(f"the end of {name}.log:\n{text or '(nothing)'}" for name, text in said.items())
