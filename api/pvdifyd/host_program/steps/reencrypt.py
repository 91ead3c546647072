"""reencrypt: everything that is encrypted for the host is encrypted anew, for an identity made for that.

The one before stays beside it until ``forget``: whatever is cut off in between, the host can open what it has and what
the controller has.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .. import environment, identity, names, sops
from ..answers import StepFailed, ended
from ..changes import Changes, read_or_none
from ..edge import host_secrets
from ..environment import Environment, Secret
from ..locks import app_lock, edge_lock, host_lock

_Key = tuple[str, str, int]


def reencrypt(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``documents`` [{``id``, ``bound``, ``document``}], ``bound`` being all that a document must hold beside
    its value or password.

    Answer: ``recipient`` of the new identity, ``documents`` {id: text}, ``unreadable``: the ids of those that this host
    can't open and that stay as they are; ``damaged``: the files that somebody has spoilt, which stay as they are too.
    """
    documents = request["documents"]
    if changes.check:
        changes.will(f"encrypt {len(documents)} documents for a new identity")
        return ended("reencrypt", f"would encrypt {len(documents)} documents anew", True, changes.diff)
    with host_lock():
        changes.will("make a new identity")
        recipient = identity.begin_rotation()
    anew = dict(sops.each(documents, lambda one: (one["id"], _anew(one, recipient))))
    made = {number: text for number, text in anew.items() if text is not None}
    by_key = {
        _key(one["bound"]): made[one["id"]]
        for one in documents
        if one["id"] in made and "key" in one["bound"]
    }
    damaged = _keep_all_anew(by_key, recipient, changes)
    with edge_lock():
        _keep_tunnel_anew(documents, made, recipient, changes)
    unreadable = sorted(anew.keys() - made.keys())
    message = f"{len(made)} documents are encrypted for {recipient}"
    if unreadable:
        message += f"; {len(unreadable)} can't be read with this host's identity and stay as they are"
    if damaged:
        message += f"; not as pvdify wrote them, and left as they are: {', '.join(damaged)}"
    return ended(
        "reencrypt",
        message,
        True,
        changes.diff,
        recipient=recipient,
        documents=made,
        unreadable=unreadable,
        damaged=damaged,
    )


def _anew(one: dict[str, Any], recipient: str) -> str | None:
    try:
        what = f"Document {one['id']}"
        held = sops.opened(
            one["document"], one["bound"], what, misplaced="secret_misplaced", again="pvdify help config:set"
        )
    except StepFailed as failure:
        if failure.code in ("secret_unreadable", "secret_misplaced"):
            return None
        raise
    return sops.sealed(held, recipient)


def _keep_all_anew(by_key: dict[_Key, str], recipient: str, changes: Changes) -> list[str]:
    """The files that are damaged: they must not stand in the way of the others."""
    damaged = []
    kept = names.CONFIGURATION.glob("apps/*/releases/*/environment.json")
    for path in sorted(path for path in kept if path.parent.name.isdigit()):
        try:
            _keep_anew(path, by_key, recipient, changes)
        except StepFailed as failure:
            if failure.code != "file_damaged":
                raise
            damaged.append(str(path))
    return damaged


def _keep_anew(path: Path, by_key: dict[_Key, str], recipient: str, changes: Changes) -> None:
    """What the host keeps for a reboot: the same documents that the controller gets."""
    app, units = path.parts[-4], int(path.parts[-2])
    with app_lock(app):
        before = environment.kept(app, units)
        secrets = dict(
            sops.each(
                before.secrets.items(),
                lambda item: (item[0], _secret_anew(app, item[0], item[1], by_key, recipient)),
            )
        )
        after = Environment(before.values, secrets)
        if after != before:
            changes.will(f"encrypt the config vars of {app}, release {units}, anew")
            Changes(check=False).write(path, after.text(), mode=0o600)


def _keep_tunnel_anew(
    documents: list[dict[str, Any]], made: dict[str, str], recipient: str, changes: Changes
) -> None:
    """What the host keeps of its tunnel's credentials for a reboot: the same document that the controller gets."""
    before = read_or_none(names.TUNNEL_CREDENTIALS_KEPT)
    if before is None:
        return
    bound = {"name": host_secrets.TUNNEL_CREDENTIALS}
    same = [one["id"] for one in documents if one["document"] == before and one["id"] in made]
    after = made[same[0]] if same else None
    if after is None and _recipient_of(before) != recipient:
        after = _anew({"id": "the tunnel's credentials", "bound": bound, "document": before}, recipient)
    if after is not None:
        changes.will("encrypt the tunnel's credentials anew")
        Changes(check=False).write(names.TUNNEL_CREDENTIALS_KEPT, after, mode=0o600)


def _secret_anew(app: str, key: str, secret: Secret, by_key: dict[_Key, str], recipient: str) -> Secret:
    document = by_key.get((app, key, secret.version))
    if document is None and _recipient_of(secret.document) != recipient:
        bound = {"app": app, "key": key, "version": secret.version}
        document = _anew({"id": key, "bound": bound, "document": secret.document}, recipient)
    if document is None:
        return secret
    return Secret(secret.version, sops.digest(document), document)


def _key(bound: dict[str, Any]) -> _Key:
    return bound["app"], bound["key"], bound["version"]


def _recipient_of(document: str) -> str | None:
    try:
        return str(json.loads(document)["sops"]["age"][0]["recipient"])
    except (ValueError, LookupError, TypeError):
        return None
