"""pvdifyd host"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pvdifyd import certificates
from pvdifyd.commands.home import open_home
from pvdifyd.errors import PvdifydError, RuleError, SettingsError, shown
from pvdifyd.models import App, Host, atomic
from pvdifyd.models.host import SSH
from pvdifyd.operations import hosts
from pvdifyd.operations.audit import record
from pvdifyd.settings import Settings

existing_file = click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path)


@click.group()
def host() -> None:
    """Machines that apps run on."""


@host.command()
@click.argument("name")
@click.option(
    "--ssh", metavar="USER@ADDRESS[:PORT]", help="Reach it over ssh. [default: this machine itself]"
)
@click.option("--identity", type=existing_file, help="The ssh key. [default: HOME/ssh/id_ed25519]")
@click.option("--known-hosts", type=existing_file, help="Its known keys. [default: HOME/ssh/known_hosts]")
@click.option("--bind-address", default="127.0.0.1", show_default=True, help="Where the apps' ports listen.")
@click.option("--registry-ca", multiple=True, metavar="REGISTRY=FILE", help="Trust a registry's certificate.")
@click.option("--no-prepare", is_flag=True, help="Only register it.")
def add(name: str, no_prepare: bool, **options: Any) -> None:
    """Register a host, and install on it what apps need."""
    settings = open_home()
    with atomic():
        row = hosts.add_host(definition(name, settings, **options))
        record.by_machine("host add", {"name": name, "connection": _reached(row)})
    click.echo(f"registered {name}")
    if not no_prepare:
        _prepare(row, settings)


@host.command("list")
def list_hosts() -> None:
    """List the hosts: how each is reached, where its apps listen, and the recipient of its secrets."""
    open_home()
    for row in Host.select().order_by(Host.name):
        apps = App.select().where(App.host == row).count()
        click.echo(f"{row.name}\t{_reached(row)}\t{row.bind_address}\t{apps} apps\t{row.recipient or '-'}")


@host.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget a host that has no apps. Nothing on it is changed."""
    open_home()
    with atomic():
        hosts.remove_host(name)
        record.by_machine("host remove", {"name": name})
    click.echo(f"removed {name}")


@host.command()
@click.argument("name")
def prepare(name: str) -> None:
    """Install on a host what apps need; what is there already stays."""
    settings = open_home()
    _prepare(hosts.find_host(name), settings)


def definition(
    name: str,
    settings: Settings,
    ssh: str | None,
    identity: Path | None,
    known_hosts: Path | None,
    bind_address: str,
    registry_ca: tuple[str, ...],
) -> hosts.HostDefinition:
    """The options as a definition; raises RuleError, SettingsError."""
    if ssh is None and (identity or known_hosts):
        raise SettingsError("--identity and --known-hosts belong to --ssh.")
    return hosts.HostDefinition(
        name=name,
        ssh=hosts.SshTarget.parse(ssh) if ssh is not None else None,
        identity_file=str(identity or settings.ssh_directory / "id_ed25519"),
        known_hosts_file=str(known_hosts or settings.ssh_directory / "known_hosts"),
        bind_address=bind_address,
        registry_certificates=dict(_registry(one) for one in registry_ca),
    )


def _registry(option: str) -> tuple[str, str]:
    registry, separator, file = option.partition("=")
    if not separator:
        raise RuleError(
            "registry", f"{shown(option)} must be REGISTRY=FILE, as in registry.example:5000=ca.pem."
        )
    try:
        return hosts.check_registry(registry), certificates.check_pem(Path(file).read_bytes(), file)
    except OSError as error:
        raise SettingsError(f"{file} can't be read: {error.strerror}.") from None


def _reached(row: Host) -> str:
    return f"ssh {row.user}@{row.address}:{row.port}" if row.connection == SSH else "local"


def _prepare(row: Host, settings: Settings) -> None:
    # Ansible takes half a second to import: only who needs it waits.
    from pvdifyd.commands.prepare import prepare_host

    try:
        prepare_host(row, settings)
    except PvdifydError as error:
        record.by_machine("host prepare", {"name": row.name, "reason": error.code}, record.FAILED)
        raise
    record.by_machine("host prepare", {"name": row.name})
