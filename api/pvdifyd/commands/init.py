"""pvdifyd init"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import click

from pvdifyd import certificates, models, system_account
from pvdifyd.commands.migrate import apply_migrations
from pvdifyd.commands.token import described
from pvdifyd.errors import SettingsError
from pvdifyd.models import Token, atomic
from pvdifyd.operations.audit import record
from pvdifyd.operations.tokens.create import create_first
from pvdifyd.settings import Settings


@click.command()
@click.option("--san", multiple=True, metavar="NAME", help="One more name or address for the certificate.")
def init(san: tuple[str, ...]) -> None:
    """Set up PVDIFYD_HOME: account, database, certificate, ssh key, and the first token, which is shown this once. What
    is there already stays."""
    settings = Settings.from_environment()
    if system_account.make(settings.user, settings.home):
        click.echo(f"made the account {settings.user}")
    _make_home(settings)
    _make_database(settings)
    _make_certificate(settings, san)
    _make_ssh_key(settings)
    _make_first_token()
    click.echo(f"{settings.home} is set up. Next: `pvdifyd host add NAME`, `pvdifyd`.")


def _make_home(settings: Settings) -> None:
    # Everybody may read the certificate in it; what is for nobody else has modes of its own.
    settings.home.mkdir(mode=0o755, parents=True, exist_ok=True)
    settings.home.chmod(0o755)
    settings.data_directory.mkdir(mode=0o700, exist_ok=True)
    _give(settings, settings.data_directory, mode=0o700)
    system_account.check_can_enter(settings.user, settings.data_directory)


def _make_database(settings: Settings) -> None:
    models.connect(settings.database)
    apply_migrations("init")
    sqlite3.connect(settings.queue_path).execute("pragma journal_mode=wal").connection.close()
    models.close()
    database = Path(settings.database.removeprefix("sqlite:///"))
    for path in (database, settings.queue_path):
        _give(settings, path)


def _make_first_token() -> None:
    if _output_is_kept():
        if not Token.select().exists():
            click.echo("no token was made, as what is printed here is kept in a log: `pvdifyd token create`")
        return
    with atomic():
        made = create_first(record.MACHINE)
        if made is None:
            return
        record.by_machine("init", described(made[0]))
    row, text = made
    click.echo(f"made the first token, {row.name}, which may do everything until {row.expires_at}.")
    click.echo(f"Keep it, it is shown this once:\n{text}")


def _output_is_kept() -> bool:
    """Whether systemd writes what is printed here into its journal."""
    try:
        output = os.fstat(sys.stdout.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{output.st_dev}:{output.st_ino}"


def _make_certificate(settings: Settings, san: tuple[str, ...]) -> None:
    directory = settings.certificate_path.parent
    directory.mkdir(mode=0o755, exist_ok=True)
    if not (settings.certificate_path.exists() and settings.key_path.exists()):
        names = [*certificates.names_of_machine(), settings.listen.host, *san]
        certificates.make(settings.certificate_path, settings.key_path, names)
        click.echo(f"made the certificate {settings.certificate_path}; clients trust it by PVDIFY_CA_FILE")
    elif san:
        raise SettingsError(
            f"There is a certificate already. To make one with --san, remove {directory} and run this again."
        )
    _give(settings, settings.key_path)
    shown = certificates.fingerprint(settings.certificate_path)
    click.echo(f"the certificate's SHA-256 fingerprint, which `pvdify login` shows, is\n{shown}")


def _make_ssh_key(settings: Settings) -> None:
    # The worker's own: the API has no way to a host.
    settings.ssh_directory.mkdir(mode=0o700, exist_ok=True)
    key = settings.ssh_directory / "id_ed25519"
    if not key.exists():
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "pvdifyd", "-f", str(key)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.SubprocessError):
            click.echo("no ssh key was made, as ssh-keygen is missing: hosts of --ssh will need --identity")
            return
        click.echo(f"made the ssh key {key}.pub")
    (settings.ssh_directory / "known_hosts").touch(mode=0o600)


def _give(settings: Settings, path: Path, mode: int = 0o600) -> None:
    account = system_account.account_of(settings.user)
    if account is not None:
        os.chown(path, *account, follow_symlinks=False)
    path.chmod(mode)
