"""Preparing a host: playbooks/host.yml, with its progress shown."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click

from pvdifyd import engine, inventory
from pvdifyd.errors import UnavailableError
from pvdifyd.models import Host
from pvdifyd.operations import recipients
from pvdifyd.settings import Settings
from pvdifyd.worker.control_directory import control_directory
from pvdifyd.worker.engine_face import PhaseEvent


def prepare_host(host: Host, settings: Settings) -> None:
    """Run the playbook; raises UnavailableError(host_not_prepared) with what to do next."""
    check_host_key(host)
    click.echo(f"preparing {host.name}; the first time this takes some minutes")
    outcome = engine.run(
        "host",
        inventory.document([host]),
        app=None,
        control_directory=control_directory(settings.home),
        on_event=show,
    )
    if outcome.ok:
        click.echo(f"{host.name} is ready" + ("" if outcome.changed else "; nothing had to be changed"))
        _keep_recipient(host, outcome.results.get("identity", {}).get("recipient"))
        return
    failure = outcome.failure
    why = failure.message if failure else "the playbook failed"
    advice = failure.details.get("next_step") if failure else None
    again = f"Then try again: `pvdifyd host prepare {host.name}`."
    raise UnavailableError(
        " ".join(str(part) for part in (why, advice, again) if part), code="host_not_prepared"
    )


def _keep_recipient(host: Host, recipient: str | None) -> None:
    if recipient is None:
        return
    for line in recipients.keep(host, recipient):
        click.echo(line)


def show(event: PhaseEvent) -> None:
    """A line for each phase's news."""
    took = f" ({event.seconds:.1f} s)" if event.seconds is not None else ""
    click.echo(f"{event.phase}: {event.status}{took} {event.message}".rstrip())


def check_host_key(host: Host) -> None:
    """Raises UnavailableError(host_key_unknown) where the ssh host's key is not known, and so not trusted."""
    if host.known_hosts_file is None:
        return
    name = host.address if host.port == 22 else f"[{host.address}]:{host.port}"
    known = Path(host.known_hosts_file).exists() and _is_known(name, host.known_hosts_file)
    if not known:
        raise UnavailableError(
            f"The key of {name} is not known, so it can't be told from another machine. Get it with "
            f"`ssh-keyscan -p {host.port} {host.address} >> {host.known_hosts_file}`, compare its fingerprint "
            f"with the machine's, then run `pvdifyd host prepare {host.name}`.",
            code="host_key_unknown",
        )


def _is_known(name: str | None, known_hosts_file: str) -> bool:
    command = ["ssh-keygen", "-F", str(name), "-f", known_hosts_file]
    try:
        return subprocess.run(command, capture_output=True, timeout=30).returncode == 0
    except OSError:
        # Without ssh-keygen there is nothing to ask; ssh itself refuses an unknown key.
        return True
