"""Room for an image: looked at before a pull, which would else fill the disk that every app is on, and fail."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection

from .answers import StepFailed
from .commands import must_run
from .credentials import NOBODY, SignedIn
from .images import layer_sizes, unpacked_layers

# Layers come compressed, and lie unpacked beside that while they are pulled: about three times as much, all in all.
UNPACKED = 3
RESERVE = 256 * 1024 * 1024


def assert_room_for(reference: str, user: SignedIn = NOBODY) -> None:
    """Raises ``StepFailed(not_enough_disk)`` where an image can't fit, and what ``layer_sizes`` raises."""
    sizes = layer_sizes(reference, user)
    place = _storage()
    free = shutil.disk_usage(place).free
    # Only where it matters: what the host has of the image already takes two more looks.
    if needed_for(sizes) <= free:
        return
    needed = needed_for(sizes, unpacked_layers(reference, user), _here())
    if needed > free:
        raise StepFailed(
            "not_enough_disk",
            f"Image {reference!r} needs about {_shown(needed)}, and {place} on the host has {_shown(free)} free.",
            next_step="Make room on the host (podman system df shows what takes it), or build a smaller image.",
        )


def needed_for(sizes: list[int], layers: list[str] | None = None, here: Collection[str] = ()) -> int:
    """The bytes of disk that an image with these compressed layers needs while it is pulled; ``layers`` are the same
    ones' digests, of which the host has those in ``here`` already."""
    missing = sizes
    if layers is not None and len(layers) == len(sizes):
        missing = [size for size, layer in zip(sizes, layers) if layer not in here]
    return sum(missing) * UNPACKED + RESERVE


def _here() -> set[str]:
    """The unpacked layers that any image on the host has."""
    listed = must_run(["podman", "images", "--quiet", "--all", "--no-trunc"]).output.split()
    if not listed:
        return set()
    shown = must_run(["podman", "image", "inspect", "--", *sorted(set(listed))])
    return {layer for image in json.loads(shown.output) for layer in image["RootFS"].get("Layers") or []}


def _storage() -> str:
    told = must_run(["podman", "info", "--format", "{{json .Store.GraphRoot}}"])
    return str(json.loads(told.output))


def _shown(size: float) -> str:
    unit = "MiB"
    size /= 1024**2
    for larger in ("GiB", "TiB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{size:.1f} {unit}"
