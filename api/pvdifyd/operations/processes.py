"""Process types as rows keep them: a command, a count, and whether old and new may run side by side."""

from __future__ import annotations

from typing import Any

Processes = dict[str, dict[str, Any]]

DEFAULT: Processes = {"web": {"command": None, "count": 1}}

# What must not run twice at a time, unless it is said otherwise.
ALONE = ("scheduler",)


def complete(processes: Processes) -> Processes:
    """The processes with nothing left out: an empty command is the image's own (None), and `overlap` has its default,
    which rows of before lack. Releases of `web` overlap whatever a row says."""
    return {
        name: {
            "command": process["command"] or None,
            "count": process["count"],
            "overlap": name == "web" or process.get("overlap", name not in ALONE),
        }
        for name, process in processes.items()
    }
