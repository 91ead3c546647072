"""The account that the API runs as: made at init, and taken on before anything is read from the network."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from pvdifyd.errors import SettingsError


def account_of(user: str) -> tuple[int, int] | None:
    """The account's uid and gid when this process is root, so that files can be shared with it; else None."""
    if os.geteuid() != 0:
        return None
    entry = _entry(user)
    return entry.pw_uid, entry.pw_gid


def make(user: str, home: Path) -> bool:
    """Make the system account where it is missing; whether it was made. Does nothing unless root."""
    if os.geteuid() != 0 or _exists(user):
        return False
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(home)]
    command += ["--shell", "/usr/sbin/nologin", "--", user]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", None) or error).strip()
        raise SettingsError(
            f"The account {user} could not be made: {said}. Make it, or set PVDIFYD_USER to one that exists."
        ) from error
    return True


def check_can_enter(user: str, directory: Path) -> None:
    """Raises SettingsError when the account has no way to the directory. Does nothing unless root."""
    account = account_of(user)
    if account is None or account[0] == 0:
        return
    command = ["test", "-x", str(directory)]
    allowed = subprocess.run(command, user=account[0], group=account[1], extra_groups=[], timeout=60)
    if allowed.returncode != 0:
        raise SettingsError(
            f"The account {user} has no way to {directory}: it can't enter a folder above it. Choose another "
            "PVDIFYD_HOME, or give everybody the right to enter (chmod o+x) those folders."
        )


def become(user: str) -> None:
    """Give up root for this account, for good. Does nothing unless root."""
    if os.geteuid() != 0:
        return
    entry = _entry(user)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    os.environ["HOME"] = entry.pw_dir


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _entry(user: str) -> pwd.struct_passwd:
    if not _exists(user):
        raise SettingsError(f"There is no account {user}. Run `pvdifyd init`, or set PVDIFYD_USER.")
    return pwd.getpwnam(user)
