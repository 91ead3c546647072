"""What the host has encrypted anew, taken over into the rows: all of a run at once, or nothing of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pvdifyd import sops
from pvdifyd.models import Host, Operation, Release, Secret, atomic
from pvdifyd.worker.rotation.batch import Entry

# For a key and the version it was set in, the digests of its document before and after.
_Digests = dict[tuple[str, int], tuple[str, str]]


def take_over(
    operation: Operation, host: Host, batch: Sequence[Entry], told: Mapping[str, Any]
) -> list[Entry]:
    """Keep the documents that the host told, and its new recipient, for which everything is encrypted from now on.

    What it could not read is given back. Raises KeyError where it said nothing of one: without the old key that would
    be unreadable.
    """
    recipient, documents = str(told["recipient"]), told["documents"]
    unreadable = [entry for entry in batch if entry.id in told.get("unreadable", ())]
    with atomic():
        Host.update(recipient=recipient).where(Host.id == host.id).execute()
        # A next attempt goes on with what is not encrypted for this one.
        operation.arguments = {**(operation.arguments or {}), "recipient": recipient}
        Operation.update(arguments=operation.arguments).where(Operation.id == operation.id).execute()
        digests: dict[int, _Digests] = defaultdict(dict)
        for entry in batch:
            if entry in unreadable:
                continue
            new = str(documents[entry.id])
            if entry.replace(new, recipient) and isinstance(entry.row, Secret):
                secret = entry.row
                pair = sops.digest(secret.document), sops.digest(new)
                digests[secret.app_id][secret.key, secret.version] = pair
        for app_id, changed in digests.items():
            _change_digests(app_id, changed)
    return unreadable


def _change_digests(app_id: int, changed: _Digests) -> None:
    """Have the app's releases name the new documents where they named the old ones."""
    for release in Release.select(Release.id, Release.secrets).where(Release.app == app_id):
        secrets = {key: _pinned(key, pin, changed) for key, pin in release.secrets.items()}
        if secrets != release.secrets:
            Release.update(secrets=secrets).where(Release.id == release.id).execute()


def _pinned(key: str, pin: dict[str, Any], changed: _Digests) -> dict[str, Any]:
    old, new = changed.get((key, pin["version"]), (None, None))
    return {**pin, "digest": new} if pin["digest"] == old else pin
