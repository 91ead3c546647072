"""The demo host: a container that runs systemd and lives as a server does, restarts included."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from . import namespace, network, processes, rootfs, ssh
from .commands import attempt
from .errors import DemoError
from .podman import container_limits, container_state, exists, podman, try_podman, write_configuration
from .settings import Settings

BOOT_SECONDS = 60
Say = Callable[[str], None]


def ensure(settings: Settings, say: Say) -> bool:
    """Brings the host up, from whatever an earlier run left. Returns whether it is a new, empty host."""
    write_configuration(settings)
    if namespace.ensure(settings):
        _forget_what_ran_before(settings)
    _ensure_image(settings, say)
    network.ensure(settings)
    made = _ensure_container(settings, say)
    wait_until_up(settings)
    return made


def restart(settings: Settings) -> None:
    """Reboots the host, as the power button would ask it to, and waits until it is up again."""
    podman(settings, "restart", "--time", 30, settings.name, timeout=90)
    wait_until_up(settings)


def remove(settings: Settings) -> None:
    """Removes host, network and images, and every process and mount they had."""
    if settings.run_directory.exists():
        settings.directory.mkdir(parents=True, exist_ok=True)
        write_configuration(settings)
        if namespace.ensure(settings):
            _forget_what_ran_before(settings)
        try_podman(settings, "rm", "--force", "--time", 5, "--volumes", settings.name, timeout=90)
        try_podman(settings, "network", "rm", "--force", settings.name)
    namespace.stop(settings)
    processes.stop(settings.marker)
    network.remove_leftover(settings)
    # Mounts went with the namespace, so that podman's storage is plain files by now.
    shutil.rmtree(settings.directory / "podman", ignore_errors=True)
    shutil.rmtree(settings.run_directory, ignore_errors=True)


def first_process(settings: Settings) -> int:
    """The host's own process 1, by the number it has on this machine."""
    return int(podman(settings, "container", "inspect", "--format={{.State.Pid}}", settings.name))


def wait_until_up(settings: Settings) -> None:
    """Returns when systemd has started all it had to.

    Raises DemoError, with what failed, when that is not so within BOOT_SECONDS.
    """
    deadline = time.monotonic() + BOOT_SECONDS
    while True:
        state = ssh.on_host(settings, "systemctl", "is-system-running", "--wait", timeout=BOOT_SECONDS)
        if state.stdout.strip() in ("running", "degraded"):
            return
        if time.monotonic() > deadline:
            raise DemoError(
                f"the demo host did not start (systemd: {state.stdout.strip() or state.stderr.strip()}).\n"
                + try_podman(settings, "logs", "--tail", 20, settings.name).stdout
            )
        time.sleep(0.1)


def _forget_what_ran_before(settings: Settings) -> None:
    """The namespace is new, so containers of an earlier one lost their mounts: end them, keep the images."""
    left = list((settings.run_directory / "crun").iterdir())
    for container in left:
        # Whatever podman still knows of it, the runtime that started it can end it.
        attempt(namespace.inside(settings, ["crun", "delete", "--force", container.name]), timeout=30)
    if left or exists(settings, "container", settings.name):
        try_podman(settings, "rm", "--force", "--time", 0, "--volumes", settings.name, timeout=90)
        # Networks that were never taken down hold their addresses there.
        namespace.stop(settings)
        shutil.rmtree(settings.run_directory)
        write_configuration(settings)
        namespace.ensure(settings)


def _ensure_image(settings: Settings, say: Say) -> None:
    if exists(settings, "image", _image(settings)):
        return
    if not rootfs.archive().exists():
        say(f"making a Debian tree for the host, from {rootfs.mirror()} (about 30 seconds)")
    archive = rootfs.build()
    say("making the host's image of it")
    podman(settings, "import", archive, _image(settings), timeout=300)


def _ensure_container(settings: Settings, say: Say) -> bool:
    state, image = container_state(settings, settings.name)
    # A host of another recipe, or one that was made by halves, is made anew.
    if state == "running" and image == _image(settings):
        return False
    if state in ("exited", "stopped") and image == _image(settings):
        say("starting the host again")
        podman(settings, "start", settings.name)
        return False
    say("starting the host")
    try_podman(settings, "rm", "--force", "--time", 5, "--volumes", settings.name, timeout=90)
    _create(settings)
    podman(settings, "start", settings.name)
    return True


def _create(settings: Settings) -> None:
    ssh.make_keys(settings)
    podman(
        settings,
        "create",
        f"--name={settings.name}",
        "--hostname=demo",
        f"--network={settings.name}",
        f"--ip={settings.host_address}",
        "--systemd=always",
        "--privileged",
        "--volume=/var/lib/containers",
        _image(settings),
        "/sbin/init",
    )
    podman(settings, "cp", f"{_own_files(settings)}/.", f"{settings.name}:/")


def _own_files(settings: Settings) -> Path:
    """What makes this host this one: its key, who may enter, and the limits of the machine it runs on."""
    tree = settings.directory / "host-files"
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "root/.ssh").mkdir(parents=True, mode=0o700)
    (tree / "etc/ssh").mkdir(parents=True)
    (tree / "etc/containers/containers.conf.d").mkdir(parents=True)
    shutil.copy(ssh.identity(settings).with_suffix(".pub"), tree / "root/.ssh/authorized_keys")
    for key in (ssh.host_key(settings), ssh.host_key(settings).with_suffix(".pub")):
        shutil.copy(key, tree / "etc/ssh")
    (tree / "etc/containers/containers.conf.d/10-pvdify-demo.conf").write_text(
        f"[containers]\n{container_limits()}\n[engine]\nhealthcheck_events = false\n"
    )
    return tree


def _image(settings: Settings) -> str:
    return f"localhost/{settings.name}-host:{rootfs.recipe()}"
