"""A host gets a new key, everything that is encrypted for it is encrypted anew there, and it forgets the old one.

The old key goes last, when no row needs it any more. Cut off anywhere, all of it can be run again: the host goes on
with the new key it has made, and the operation's arguments name it, so that the rows tell which of them are done.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Protocol

from pvdifyd import inventory
from pvdifyd.errors import listed
from pvdifyd.inventory import Document
from pvdifyd.models import Host, Operation
from pvdifyd.operations import events, hosts, recipients
from pvdifyd.operations.recipients import NAMED
from pvdifyd.worker.engine_face import Outcome
from pvdifyd.worker.rotation.batch import Entry, next_batch
from pvdifyd.worker.rotation.take_over import take_over

# How often the host is asked for a document before it counts as one that it can't read: a program that was killed on it
# says no more than one that has not the right key.
TRIES = 2


_COPY = "If you keep a copy of /etc/pvdify/identity.txt, it is time for a new one."


class Play(Protocol):
    """Runs a playbook for the operation."""

    def __call__(self, playbook: str, document: Document, /) -> Outcome: ...


def rotate(operation: Operation, play: Play) -> Outcome:
    """The outcome of the last playbook that was run: the first that failed, or the forgetting of the old key."""
    host = hosts.find_host((operation.arguments or {})["host"])
    refused: Counter[str] = Counter()
    unreadable: dict[str, Entry] = {}
    while True:
        batch = next_batch(host, new_recipient(operation), unreadable)
        if not batch and new_recipient(operation) is not None:
            break
        documents = [entry.variables for entry in batch]
        outcome = play("rotate", _document(operation, host, documents=documents))
        if not outcome.ok:
            return outcome
        # What was set while the host was at it is encrypted for the old key, and has the next turn.
        for entry in take_over(operation, host, batch, outcome.results["reencrypt"]):
            refused[entry.id] += 1
            if refused[entry.id] == TRIES:
                unreadable[entry.id] = entry
    _note(operation, host, list(unreadable.values()))
    return play("forget", _document(operation, host, recipient=new_recipient(operation)))


def new_recipient(operation: Operation) -> str | None:
    """The recipient of the new key, None where the host has not told it yet."""
    return (operation.arguments or {}).get("recipient")


def _document(operation: Operation, host: Host, **told: Any) -> Document:
    return inventory.rotation_document(host, {"host": host.name, "operation": operation.id, **told})


def _note(operation: Operation, host: Host, unreadable: list[Entry]) -> None:
    if not unreadable:
        said = f"Everything is encrypted for {host.name}'s new key, {new_recipient(operation)}."
        events.note(operation, f"{said} {_COPY}")
        return
    named = listed([recipients.label(entry.row) for entry in unreadable], NAMED)
    events.note(
        operation,
        f"{host.name} can't read {named}, which stay as they are. What of them is still needed must be set "
        f"again. Everything else is encrypted for the new key. {_COPY}",
    )
