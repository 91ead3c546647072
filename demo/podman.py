"""podman on this machine, with storage, networks and settings of the demo's own, apart from the machine's."""

import json
import resource
from pathlib import Path
from subprocess import CompletedProcess

from . import namespace
from .commands import attempt, run
from .settings import Settings

CAP_SYS_RESOURCE = 24


def write_configuration(settings: Settings) -> None:
    """Writes containers.conf and storage.conf; repeating it changes nothing."""
    directory = _directory(settings)
    for path in (networks_directory(settings), settings.run_directory):
        path.mkdir(parents=True, exist_ok=True)
    (directory / "containers.conf").write_text(
        f"[containers]\n{container_limits()}\n"
        f'[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
        f'tmp_dir = "{settings.run_directory}/libpod"\n\n'
        f'[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "{networks_directory(settings)}"\n'
    )
    (directory / "storage.conf").write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{directory}/storage"\n'
        f'runroot = "{settings.run_directory}/storage"\n{_overlay_options(directory)}'
    )


def networks_directory(settings: Settings) -> Path:
    return _directory(settings) / "networks"


def container_limits() -> str:
    """The lines of containers.conf that this machine needs, here and again inside the demo host."""
    lines = ["pids_limit = 0"]  # the pids controller may be missing
    if not _may_raise_limits():
        # podman's defaults are above what a process without CAP_SYS_RESOURCE may ask for.
        lines.append(f'default_ulimits = ["nofile={_open_files()}", "nproc={_processes()}"]')
    return "\n".join(lines) + "\n"


def podman(settings: Settings, *arguments: object, timeout: float = 60) -> str:
    """Runs a podman command; DemoError when it fails."""
    return run(_command(settings, *arguments), timeout=timeout)


def try_podman(settings: Settings, *arguments: object, timeout: float = 60) -> CompletedProcess[str]:
    return attempt(_command(settings, *arguments), timeout=timeout)


def exists(settings: Settings, kind: str, name: str) -> bool:
    """kind: image, container or network."""
    return try_podman(settings, kind, "exists", name).returncode == 0


def container_state(settings: Settings, name: str) -> tuple[str, str]:
    """`running`, `exited`, `created` and so on, and the image; `missing` where there is no such container."""
    found = try_podman(settings, "container", "inspect", name)
    if found.returncode != 0:
        return "missing", ""
    container = json.loads(found.stdout)[0]
    return container["State"]["Status"], container["ImageName"]


def _command(settings: Settings, *arguments: object) -> list[object]:
    directory = _directory(settings)
    environment = [
        settings.marker,
        f"CONTAINERS_CONF={directory}/containers.conf",
        f"CONTAINERS_STORAGE_CONF={directory}/storage.conf",
    ]
    return namespace.inside(settings, ["env", *environment, "podman", *arguments])


def _directory(settings: Settings) -> Path:
    return settings.directory / "podman"


def _may_raise_limits() -> bool:
    status = Path("/proc/self/status").read_text()
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    return bool(effective >> CAP_SYS_RESOURCE & 1)


def _open_files() -> str:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    value = 1048576 if hard == resource.RLIM_INFINITY else hard
    return f"{value}:{value}"


def _processes() -> str:
    """podman lowers its own limit to the kernel's highest process id, and can't give more than it has."""
    highest = int(Path("/proc/sys/kernel/pid_max").read_text())
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    value = highest if hard == resource.RLIM_INFINITY else min(hard, highest)
    return f"{value}:{value}"


def _overlay_options(directory: Path) -> str:
    """An overlay can't lie on an overlay: there, as in a container, fuse-overlayfs does the same work."""
    kind = run(["stat", "--file-system", "--format=%T", directory], timeout=10).strip()
    if kind != "overlayfs":
        return ""
    return '\n[storage.options.overlay]\nmount_program = "/usr/bin/fuse-overlayfs"\n'
