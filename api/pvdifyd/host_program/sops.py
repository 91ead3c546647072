"""Documents of sops, opened with the host's identity.

A document holds one text, the canonical JSON of what is bound together in it: a value, and whose it is. Anyone who
knows the recipient can make a document, so what it says of itself is compared with what it is used as.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from . import identity
from .answers import StepFailed
from .commands import Completed, run
from .names import IDENTITY, SOPS

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")

# Each is a process of 20 ms; more at once gain nothing on a small host.
_AT_ONCE = 4
# Without a home, sops looks for no other key than ours; without the check it calls nobody.
_VARIABLES = {
    "HOME": "/nonexistent",
    "SOPS_DISABLE_VERSION_CHECK": "1",
    "SOPS_AGE_KEY_FILE": str(IDENTITY),
}


SOMEBODY_CHANGED = "Find out who changed pvdifyd's database."


def opened(
    document: str, bound: Mapping[str, object], what: str, *, misplaced: str, again: str
) -> dict[str, Any]:
    """What a document holds, if it is what it is used as: ``bound`` must be among it. ``what`` is how messages call
    it, ``misplaced`` the code of one that is something else's, ``again`` the command that sets it anew.

    Raises ``StepFailed``: ``identity_missing``, ``secret_unreadable``, ``misplaced``.
    """
    identity.assert_there()
    told = _run(
        ["decrypt", "--input-type", "json", "--output-type", "binary", "--filename-override", "secret"],
        document,
    )
    if told.status < 0:
        raise StepFailed("host_command_failed", f"sops was killed on the host by signal {-told.status}.")
    if not told.ok:
        raise StepFailed(
            "secret_unreadable",
            f"{what} can't be decrypted with the host's identity {IDENTITY}: it was encrypted for another one, or is "
            "damaged.",
            next_step=f"Put the identity back that it was encrypted for, or set it again: {again}",
        )
    try:
        held = json.loads(told.raw)
    except ValueError:
        held = None
    if not isinstance(held, dict) or any(held.get(name, _NOTHING) != value for name, value in bound.items()):
        raise StepFailed(
            misplaced,
            f"{what} is another one's document put in its place.",
            next_step=f"{SOMEBODY_CHANGED} Set it again: {again}",
        )
    return held


def sealed(held: Mapping[str, object], recipient: str) -> str:
    """A document of that for the recipient. Raises ``StepFailed(host_command_failed)``."""
    text = json.dumps(held, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    how = [
        "--input-type",
        "binary",
        "--output-type",
        "json",
        "--filename-override",
        "secret",
        "--age",
        recipient,
    ]
    told = _run(["encrypt", *how], text)
    if not told.ok:
        raise StepFailed("host_command_failed", f"sops could not encrypt on the host: {told.last_line()}")
    return told.output


def digest(document: str) -> str:
    """SHA-256 of a document's text, in hex."""
    return hashlib.sha256(document.encode("utf-8")).hexdigest()


def each(items: Iterable[_Item], make: Callable[[_Item], _Made]) -> list[_Made]:
    """What ``make`` gives for each item, some at a time; raises the first failure."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(make, items))


def _run(arguments: list[str], text: str) -> Completed:
    return run([str(SOPS), *arguments], given=text.encode("utf-8"), variables=_VARIABLES)


_NOTHING = object()
