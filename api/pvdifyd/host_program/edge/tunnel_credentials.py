"""What the tunnel signs in to Cloudflare with: kept encrypted, readable in memory for the tunnel's account alone."""

from __future__ import annotations

import pwd

from .. import names
from ..answers import StepFailed
from ..changes import Changes, read_or_none, write_atomically
from . import host_secrets


def bring(document: str | None, host: str, changes: Changes) -> None:
    """Have these credentials, also where somebody has spoilt the file that the tunnel reads. What is kept for a reboot
    is replaced only by what could be opened, and that is the host's. Raises what ``host_secrets.opened`` raises."""
    value = host_secrets.opened(document, host_secrets.TUNNEL_CREDENTIALS, host)
    # Others than before: its time tells that the tunnel has to be restarted.
    if not _can_be_read(value) and changes.will("make the tunnel's credentials readable"):
        _write(value)
    # Last: while another document is kept, what was cut off halfway is done again.
    changes.write(names.TUNNEL_CREDENTIALS_KEPT, str(document), mode=0o600, shown=lambda _: "(encrypted)\n")


def reopen() -> bool:
    """Make the readable file again where it is lost, as after a reboot; false where it is not. Raises what
    ``host_secrets.opened`` raises, and ``StepFailed(edge_not_ready)`` where nothing is kept."""
    if names.TUNNEL_CREDENTIALS.exists():
        return False
    document = read_or_none(names.TUNNEL_CREDENTIALS_KEPT)
    if document is None:
        raise StepFailed("edge_not_ready", f"There are no credentials in {names.TUNNEL_CREDENTIALS_KEPT}.")
    # It was this host's when it was kept.
    _write(host_secrets.opened(document, host_secrets.TUNNEL_CREDENTIALS, None))
    return True


def _can_be_read(value: str) -> bool:
    """Whether the tunnel can, and finds this."""
    path, owner = names.TUNNEL_CREDENTIALS, _owner()
    if read_or_none(path) != value:
        return False
    found = path.stat()
    return (found.st_mode & 0o777) == 0o600 and owner in (None, (found.st_uid, found.st_gid))


def _write(value: str) -> None:
    path = names.TUNNEL_CREDENTIALS
    path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    write_atomically(path, value, 0o600, _owner())


def _owner() -> tuple[int, int] | None:
    try:
        account = pwd.getpwnam(names.CLOUDFLARED_ACCOUNT)
    except KeyError:
        return None  # the tunnel runs as root
    return account.pw_uid, account.pw_gid
