"""What a rotation has still to encrypt anew, as much of it as one run takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, cast

from peewee import ModelSelect, fn

from pvdifyd.models import Host, HostSecret, RegistryCredential, Secret, atomic
from pvdifyd.operations import recipients
from pvdifyd.operations.recipients import Encrypted

# Characters of documents in one run: some hundred of them, which take a host some seconds. No more than that has to be
# done again where it is cut off, and they have room in what Ansible passes on of a task.
BATCH_SIZE = 512 * 1024


@dataclass(frozen=True)
class Entry:
    """A row with a document; `id` is what the host calls it by."""

    row: Encrypted

    @property
    def id(self) -> str:
        return _id(type(self.row), self.row.id)

    @property
    def bound(self) -> dict[str, Any]:
        """What must stand in the document beside the secret itself."""
        row = self.row
        if isinstance(row, Secret):
            return {"app": row.app.name, "key": row.key, "version": row.version}
        if isinstance(row, HostSecret):
            return {"host": row.host.name, "name": row.name}
        app = row.app.name if row.app else None
        return {"app": app, "registry": row.registry, "username": row.username}

    @property
    def variables(self) -> dict[str, Any]:
        """The entry as a playbook is told it."""
        return {"id": self.id, "bound": self.bound, "document": self.row.document}

    def replace(self, document: str, recipient: str) -> bool:
        """Give the row its new document; False where it was changed or removed meanwhile."""
        model = type(self.row)
        same = (model.id == self.row.id) & (model.document == self.row.document)
        return bool(model.update(document=document, recipient=recipient).where(same).execute())


def next_batch(host: Host, recipient: str | None, without: Collection[str] = ()) -> list[Entry]:
    """Rows of the host that are not encrypted for this recipient yet, up to a run's size, and one at least; `without`
    the entries of these ids."""
    chosen: list[Entry] = []
    with atomic():
        room = BATCH_SIZE
        for model, number, length in _waiting(host, recipient):
            if _id(model, number) in without:
                continue
            room -= length
            if chosen and room < 0:
                break
            chosen.append(Entry(model.get_by_id(number)))
    return chosen


_CALLED: dict[type[Encrypted], str] = {Secret: "secret", RegistryCredential: "credential", HostSecret: "host"}


def _id(model: type[Encrypted], number: int) -> str:
    return f"{_CALLED[model]}:{number}"


def _waiting(host: Host, recipient: str | None) -> Iterator[tuple[type[Encrypted], int, int]]:
    """Model, id and length of each row: the documents together may be large."""
    for rows in _all_of(host):
        model = rows.model
        if recipient is not None:
            rows = rows.where(model.recipient != recipient)
        sized = rows.select(model.id, fn.LENGTH(model.document).coerce(False)).order_by(model.id).tuples()
        # A list, so that no cursor stays open.
        for number, length in cast(list[tuple[int, int]], list(sized)):
            yield model, number, length


def _all_of(host: Host) -> tuple[ModelSelect[Any], ...]:
    return recipients.secrets_of(host), recipients.credentials_of(host), recipients.own_secrets_of(host)
