"""What things of ours are called on the host, and how to tell them from everybody else's.

A process type has no dash and a release is ``v`` and digits, so a unit's name reads unambiguously from its end,
whatever dashes the app's name has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CONFIGURATION = Path("/etc/pvdify")
RUNTIME = Path("/run/pvdify")
QUADLETS = Path("/etc/containers/systemd")
UNITS = Path("/etc/systemd/system")
PROXY_SOCKET = RUNTIME / "haproxy.sock"
PROXY_UNIT = "pvdify-haproxy.service"
PROXY_APPS = CONFIGURATION / "haproxy" / "apps"
PROXY_GLOBAL = CONFIGURATION / "haproxy" / "haproxy.cfg"
PULLED_IMAGES = CONFIGURATION / "images"
HOST_PROGRAM = CONFIGURATION / "host-program.py"
IDENTITY = CONFIGURATION / "identity.txt"
SOPS = Path("/usr/local/lib/pvdify/sops")
ENVIRONMENTS = RUNTIME / "environment"
ENVIRONMENT_TEMPLATE = "pvdify-environment@.service"
CLOUDFLARED = Path("/usr/local/lib/pvdify/cloudflared")
CLOUDFLARED_UNIT = "pvdify-cloudflared.service"
CLOUDFLARED_ACCOUNT = "pvdify-cloudflared"
TUNNEL_CONFIGURATION = CONFIGURATION / "cloudflared" / "config.yml"
TUNNEL_CREDENTIALS_KEPT = CONFIGURATION / "cloudflared" / "credentials.sops.json"
TUNNEL_CREDENTIALS = RUNTIME / "cloudflared" / "credentials.json"
CADDY_UNIT = "pvdify-caddy.service"
CADDY_ACCOUNT = "caddy"
CADDYFILE = CONFIGURATION / "caddy" / "Caddyfile"
CADDY_ADMIN = RUNTIME / "caddy" / "admin.sock"
CADDY_STATE = Path("/var/lib/pvdify/caddy")

_INSTANCE = re.compile(
    r"pvdify-(?P<app>.+)-(?P<process>[a-z][a-z0-9]*)-v(?P<units>\d+)@(?P<number>\d+)\.service"
)
_TEMPLATE = re.compile(r"pvdify-(?P<app>.+)-(?P<process>[a-z][a-z0-9]*)-v(?P<units>\d+)@\.container")


@dataclass(frozen=True, order=True)
class Instance:
    """One running copy of a process: ``units`` is the release whose units run it, ``number`` counts from 1."""

    app: str
    process: str
    units: int
    number: int

    @property
    def unit(self) -> str:
        return f"pvdify-{self.app}-{self.process}-v{self.units}@{self.number}.service"

    @property
    def container(self) -> str:
        return f"pvdify-{self.app}-{self.process}-v{self.units}-{self.number}"

    @property
    def label(self) -> str:
        """What a person calls it: ``web.1``."""
        return f"{self.process}.{self.number}"


def instance_of(unit: str, app: str) -> Instance | None:
    """The instance a unit's name stands for, or None where it is no instance of this app."""
    match = _INSTANCE.fullmatch(unit)
    if match is None or match["app"] != app:
        return None
    return Instance(app, match["process"], int(match["units"]), int(match["number"]))


def release_folder(app: str, units: int) -> Path:
    return app_folder(app) / "releases" / str(units)


def app_folder(app: str) -> Path:
    return CONFIGURATION / "apps" / app


def app_record(app: str) -> Path:
    """The file that says what runs now: written last in a switch, read first when something broke."""
    return app_folder(app) / "app.json"


def environment_file(app: str, units: int) -> Path:
    """The release's config vars as they came: plain ones, and documents that only the host's identity opens."""
    return release_folder(app, units) / "environment.json"


def environment_folder(app: str, units: int) -> Path:
    """Where a release's config vars lie readable, a file for each key: in memory, for root alone."""
    return ENVIRONMENTS / f"{app}-v{units}"


def environments_of(app: str) -> list[int]:
    """The releases whose config vars lie readable."""
    found = (path.name.rpartition("-v") for path in ENVIRONMENTS.glob(f"{app}-v*"))
    return sorted(int(units) for name, _, units in found if name == app and units.isdigit())


def environment_unit(app: str, units: int) -> str:
    """The unit that makes those files again where they are lost, as after a reboot."""
    return ENVIRONMENT_TEMPLATE.replace("@", f"@{app}-v{units}")


def environment_named(instance: str) -> tuple[str, int]:
    """App and release of that unit, by what stands after its ``@``."""
    app, _, units = instance.rpartition("-v")
    return app, int(units)


def podman_secret(app: str, units: int, key: str) -> str:
    """What podman calls a config var; a key has no dash, so that the name reads unambiguously from its end."""
    return f"pvdify-{app}-v{units}-{key}"


def is_podman_secret(name: str, app: str, units: int) -> bool:
    """Whether podman's secret of that name is a config var of this release."""
    return name.rpartition("-")[0] == podman_secret(app, units, "").removesuffix("-")


def port_file(instance: Instance) -> Path:
    return release_folder(instance.app, instance.units) / f"{instance.process}-{instance.number}.env"


def quadlet(app: str, process: str, units: int) -> Path:
    return QUADLETS / f"pvdify-{app}-{process}-v{units}@.container"


def service_drop_in(app: str, process: str, units: int) -> Path:
    """What changes the unit that is made of a Quadlet template, where the template itself can't."""
    return UNITS / f"pvdify-{app}-{process}-v{units}@.service.d" / "10-pvdify.conf"


def service_drop_ins_of(app: str, units: int) -> list[Path]:
    """The folders of such drop-ins, of every process type of a release."""
    found = UNITS.glob(f"pvdify-{app}-*-v{units}@.service.d")
    ours = re.compile(rf"pvdify-{re.escape(app)}-[a-z][a-z0-9]*-v{units}@\.service\.d")
    return sorted(path for path in found if ours.fullmatch(path.name))


def generated_unit(app: str, process: str, units: int) -> Path:
    """What podman's generator makes of a Quadlet template each time systemd reloads (systemd.generator(7))."""
    return Path("/run/systemd/generator") / f"pvdify-{app}-{process}-v{units}@.service"


def quadlets_of(app: str) -> dict[Path, int]:
    """Every Quadlet template of the app on this host, with the release it is of."""
    found = {}
    for path in QUADLETS.glob(f"pvdify-{app}-*@.container"):
        match = _TEMPLATE.fullmatch(path.name)
        if match is not None and match["app"] == app:
            found[path] = int(match["units"])
    return found


def unfinished_of(app: str) -> list[Path]:
    """What a run that was killed while it wrote has left beside the app's files."""
    written = (
        *QUADLETS.glob(f".pvdify-{app}-*@.container.tmp"),
        *UNITS.glob(f".pvdify-{app}-*.service.tmp"),
        *UNITS.glob(f"pvdify-{app}-*.service.d/.*.tmp"),
    )
    ours = re.compile(
        rf"\.?pvdify-{re.escape(app)}-[a-z][a-z0-9]*(-v\d+@\.container|(-v\d+@)?\.service)(\.tmp|\.d)"
    )
    named = [path for path in written if ours.fullmatch(path.name) or ours.fullmatch(path.parent.name)]
    return sorted([*named, *app_folder(app).rglob(".*.tmp"), *PROXY_APPS.glob(f".{app}.cfg.tmp")])


def group_unit(app: str, process: str) -> str:
    return f"pvdify-{app}-{process}.service"


def slice_unit(app: str) -> str:
    """The app's slice. A dash in a slice's name means "child of": one that is part of the name is escaped, so that
    ``myapp-staging`` does not live inside ``myapp``'s limits (systemd.slice(5), systemd-escape(1))."""
    return "pvdify-" + app.replace("-", "\\x2d") + ".slice"


def standby_timer(app: str, units: int) -> str:
    """The timer that ends a release's standby. The ``@`` keeps it out of the names an app's processes can have."""
    return f"pvdify-standby@{app}-v{units}"


def proxy_file(app: str) -> Path:
    return PROXY_APPS / f"{app}.cfg"
