"""Click's completion for fish, mended for what has a comma in it: all after it was lost."""

from __future__ import annotations

from click.shell_completion import FishComplete, add_completion_class

_SPLIT = 'string split "," '


class CommaFishComplete(FishComplete):
    """Divides what a completion is from its text at the first comma alone."""

    source_template = FishComplete.source_template.replace(_SPLIT, 'string split --max 1 "," ')


def register() -> None:
    """Have click take this for fish."""
    add_completion_class(CommaFishComplete, "fish")
