"""The virtual machine's disk, kernel and initial RAM disk: the demo host's own tree, with a kernel.

It is made once and never written to; what a machine needs to be one of its own comes in from outside.
"""

import os
import platform
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from demo import rootfs
from demo.commands import run
from demo.errors import DemoError

PACKAGES = ("linux-image-cloud-amd64", "initramfs-tools")
SIZE = "4G"  # what is empty takes no room


@dataclass(frozen=True)
class Disk:
    directory: Path

    @property
    def image(self) -> Path:
        return self.directory / "disk.ext4"

    @property
    def kernel(self) -> Path:
        return self.directory / "vmlinuz"

    @property
    def ram_disk(self) -> Path:
        return self.directory / "initrd.img"


def ensure() -> Disk:
    """Makes the disk where it is missing (a minute, and about 200 MB of downloads); DemoError where it can't be."""
    if platform.machine() != "x86_64":
        raise DemoError(f"the virtual machine is an amd64 one, and this machine is {platform.machine()}.")
    disk = Disk(rootfs.CACHE / f"vm-{_recipe()}")
    if disk.directory.exists():
        return disk
    for outdated in rootfs.CACHE.glob("vm-*"):
        shutil.rmtree(outdated)
    unfinished = Disk(disk.directory.with_suffix(f".{os.getpid()}"))
    unfinished.directory.mkdir(parents=True)
    try:
        _build(unfinished)
        unfinished.directory.rename(disk.directory)
    finally:
        shutil.rmtree(unfinished.directory, ignore_errors=True)
    return disk


def _build(disk: Disk) -> None:
    tree = disk.directory / "tree"
    run(rootfs.command(tree, PACKAGES), timeout=900)
    shutil.copy(next((tree / "boot").glob("vmlinuz-*")), disk.kernel)
    shutil.copy(next((tree / "boot").glob("initrd.img-*")), disk.ram_disk)
    run(["mke2fs", "-q", "-t", "ext4", "-d", tree, disk.image, SIZE], timeout=300)
    shutil.rmtree(tree)


def _recipe() -> str:
    return sha256(repr((rootfs.recipe(), PACKAGES, SIZE)).encode()).hexdigest()[:12]
