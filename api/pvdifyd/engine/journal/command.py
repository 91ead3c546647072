"""The command line of journalctl for what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What is read of each entry; journalctl adds the cursor and the times.
FIELDS = (
    "MESSAGE",
    "PRIORITY",
    "CONTAINER_ID",
    "CONTAINER_PARTIAL_MESSAGE",
    "PVDIFY_PROCESS",
    "PVDIFY_RELEASE",
    "PVDIFY_INSTANCE",
)

# Entries (of everybody's) that are read again before the one to go on after: a long line is several entries, and it
# may have begun there.
LOOK_BACK = 2000

# --all: otherwise journalctl leaves out the value of a field that is longer than 4096 bytes.
_JOURNALCTL = ("journalctl", "--quiet", "--no-pager", "--all", "--output=json")

# The unit's fields stand on what podman and systemd say of it as well. Its conmon alone writes the container's lines;
# the underscore is journald's own word for it (systemd.journal-fields(7)), so that no other user can pretend to.
_WRITTEN_BY_CONTAINERS = ("_COMM=conmon", "_TRANSPORT=journal", "_UID=0")

_MATCHED = {
    "app": "PVDIFY_APP",
    "process": "PVDIFY_PROCESS",
    "instance": "PVDIFY_INSTANCE",
    "units": "PVDIFY_RELEASE",
}


def lines_of(question: Mapping[str, Any]) -> list[str]:
    """The command that shows an app's lines, oldest first.

    ``question`` has ``app``, and may have ``process``, ``instance``, ``units`` (whose lines); ``follow`` (wait for new
    ones); and either ``after`` (a Position: everything later) or ``lines`` (so many of the last), ``since`` and
    ``until`` (microseconds since the epoch).
    """
    words = [*_JOURNALCTL, f"--output-fields={','.join(FIELDS)}"]
    if question.get("follow"):
        words += ["--follow", "--no-tail"]
    if question.get("after") is not None:
        words.append(f"--cursor={question['after'].some_before(LOOK_BACK)}")
    else:
        words += _bounds(question)
    return [*words, *_WRITTEN_BY_CONTAINERS, *_matches(question)]


def newest() -> list[str]:
    """The command that shows the journal's last entry, whoever wrote it."""
    return [*_JOURNALCTL, "--output-fields=_BOOT_ID", "--lines=1"]


def _bounds(question: Mapping[str, Any]) -> list[str]:
    words = []
    if question.get("lines") is not None:
        words.append(f"--lines={question['lines']:d}")
    for name in ("since", "until"):
        if question.get(name) is not None:
            seconds, microseconds = divmod(question[name], 1_000_000)
            words.append(f"--{name}=@{seconds:d}.{microseconds:06d}")
    return words


def _matches(question: Mapping[str, Any]) -> list[str]:
    return [f"{field}={question[name]}" for name, field in _MATCHED.items() if question.get(name) is not None]
