"""identity: the host has one, and tells its public half; after a reboot it opens its apps' config vars again."""

from __future__ import annotations

from typing import Any

from .. import carried, groups, names
from .. import identity as age
from ..answers import ended
from ..changes import Changes
from ..locks import host_lock


def identity(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Answer: ``recipient``, None where check mode only says that an identity would be made."""
    with host_lock():
        age.ensure(changes)
        carried.keep_copy(changes)
        groups.write_environment_template(changes)
    recipient = age.recipient() if names.IDENTITY.exists() else None
    message = f"secrets are encrypted for {recipient}" if recipient else "would make an identity"
    return ended("identity", message, changes.changed, changes.diff, recipient=recipient)
