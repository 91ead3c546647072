"""Room for an image: looked at before a pull, which would else fill the disk that every app is on, and fail."""

from __future__ import annotations

import json
import shutil

from .answers import StepFailed
from .commands import must_run
from .images import layer_sizes

# Layers come compressed, and lie unpacked beside that while they are pulled: about three times as much, all in all.
UNPACKED = 3
RESERVE = 256 * 1024 * 1024


def assert_room_for(reference: str) -> None:
    """Raises ``StepFailed(not_enough_disk)`` where an image can't fit, and what ``layer_sizes`` raises."""
    needed = needed_for(layer_sizes(reference))
    place = _storage()
    free = shutil.disk_usage(place).free
    if needed > free:
        raise StepFailed(
            "not_enough_disk",
            f"Image {reference!r} needs about {_shown(needed)}, and {place} on the host has {_shown(free)} free.",
            next_step="Make room on the host (podman system df shows what takes it), or build a smaller image.",
        )


def needed_for(sizes: list[int]) -> int:
    """The bytes of disk that an image with these compressed layers needs while it is pulled."""
    return sum(sizes) * UNPACKED + RESERVE


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
