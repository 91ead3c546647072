"""pull: find out what a reference stands for now, and have that image on the host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import images
from ..answers import StepFailed, ended
from ..changes import Changes
from ..credentials import SignedIn, signing_in
from ..disk import assert_room_for
from ..locks import app_lock, host_lock, pull_lock
from ..names import release_folder
from ..under_way import enter

DEFAULT_PORT = 8080


def pull(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``units``, ``image`` (normalised), ``digest`` or None, ``container_port`` or None,
    ``credential`` or None, as ``signing_in`` takes it.

    Answer: ``digest``, ``container_port`` (the one asked for, else the only one the image exposes, else 8080).
    """
    with signing_in(request.get("credential")) as sign_in:
        return _pull(request, sign_in, changes)


def _pull(request: dict[str, Any], sign_in: Callable[[], SignedIn], changes: Changes) -> dict[str, Any]:
    image = request["image"]
    digest = request["digest"] or images.digest_in(image) or images.resolve(image, sign_in())
    reference = f"{images.repository(image)}@{digest}"
    # Noted before the pull, so that nobody's clean-up takes the image away between pull and start.
    with app_lock(request["app"]), host_lock():
        enter("pull", request, changes)
        changes.write(release_folder(request["app"], request["units"]) / "image", reference + "\n")
    # A pull may last, and must not keep the app from a run that follows one that was cut off.
    with pull_lock(reference):
        if images.exists(reference):
            message = f"{reference} is on the host"
        elif changes.will(f"pull {reference}"):
            assert_room_for(reference, sign_in())
            images.pull(reference, sign_in())
            message = f"pulled {reference}"
        else:
            return ended(
                "pull",
                f"would pull {reference}",
                True,
                changes.diff,
                digest=digest,
                container_port=request["container_port"] or DEFAULT_PORT,
            )
        found = images.inspect(reference)
    port = request["container_port"] or found.port or DEFAULT_PORT
    if not 0 < port < 65536:
        raise StepFailed("invalid_port", f"The image exposes port {port}, which is none.")
    return ended(
        "pull", message, changes.changed, changes.diff, digest=digest, container_port=port, size=found.size
    )
