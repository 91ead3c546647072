"""The host's age identity: it opens what is encrypted for this host, and never leaves it.

The file is age's own (age-keygen(1)): an identity a line, ``#`` for remarks. The first one is the one that new
documents are encrypted for; while a rotation is under way those before it follow, so that nothing becomes unreadable
at any moment.
"""

from __future__ import annotations

import os
import stat

from .answers import StepFailed
from .changes import Changes, read_or_none
from .commands import must_run, run
from .names import IDENTITY

_ROTATING = "# pvdify: a rotation is under way\n"
_BRING_BACK = (
    f"Put your copy of it back to {IDENTITY} (mode 0600). Without one, prepare the host anew (pvdifyd host prepare "
    "NAME) and set every secret again."
)


def ensure(changes: Changes) -> None:
    """Make an identity where there is none; one that is there, an operator's too, stays. Raises ``StepFailed``:
    ``identity_invalid``."""
    text = read_or_none(IDENTITY)
    if text is None:
        if changes.will(f"make an age identity in {IDENTITY}"):
            Changes(check=False).write(IDENTITY, _new(), mode=0o600)
        return
    known = IDENTITY.lstat()
    if not stat.S_ISREG(known.st_mode):
        raise StepFailed("identity_invalid", f"{IDENTITY} is no plain file.", next_step=_BRING_BACK)
    if (known.st_uid, known.st_gid, stat.S_IMODE(known.st_mode)) != (0, 0, 0o600) and changes.will(
        f"let only root read {IDENTITY}"
    ):
        os.chown(IDENTITY, 0, 0)
        IDENTITY.chmod(0o600)
    recipient()


def recipient() -> str:
    """The public half of the first identity. Raises ``StepFailed``: ``identity_missing``, ``identity_invalid``."""
    assert_there()
    told = run(["age-keygen", "-y", str(IDENTITY)])
    recipients = told.output.split()
    if not told.ok or not recipients:
        raise StepFailed(
            "identity_invalid", f"{IDENTITY} holds no age identity: {told.last_line()}", next_step=_BRING_BACK
        )
    return recipients[0]


def assert_there() -> None:
    """Raises ``StepFailed(identity_missing)`` where there is none. One that was brought back too readable is closed to
    all but root."""
    if not IDENTITY.exists():
        raise StepFailed(
            "identity_missing", f"The host's identity is missing: {IDENTITY}.", next_step=_BRING_BACK
        )
    if stat.S_IMODE(IDENTITY.stat().st_mode) & 0o077:
        IDENTITY.chmod(0o600)


def begin_rotation() -> str:
    """Put a new identity before the one there is, unless a rotation that was cut off has; its recipient. Raises what
    ``recipient`` raises."""
    assert_there()
    text = IDENTITY.read_text(encoding="utf-8")
    if not text.startswith(_ROTATING):
        recipient()
        Changes(check=False).write(IDENTITY, _ROTATING + _new() + text, mode=0o600)
    return recipient()


def end_rotation(expected: str, changes: Changes) -> None:
    """Forget every identity but the first, whose recipient must be ``expected``. Raises what ``recipient`` raises, and
    ``StepFailed(identity_changed)``."""
    if recipient() != expected:
        raise StepFailed(
            "identity_changed",
            f"{IDENTITY} is not the identity of this rotation: its recipient is {recipient()}.",
            next_step="Rotate again: pvdify secrets:rotate",
        )
    text = IDENTITY.read_text(encoding="utf-8")
    if text.startswith(_ROTATING) and changes.will("forget the identity before"):
        lines = text.removeprefix(_ROTATING).splitlines(keepends=True)
        first = next(number for number, line in enumerate(lines) if not line.startswith("#") and line.strip())
        Changes(check=False).write(IDENTITY, "".join(lines[: first + 1]), mode=0o600)


def _new() -> str:
    return must_run(["age-keygen"]).output
