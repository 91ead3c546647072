"""The version of the installed package."""

from __future__ import annotations


def version() -> str:
    """Give the installed version, or `unknown` when run from a source tree that isn't installed."""
    # Late: importlib.metadata is slow to import, and few commands need it.
    from importlib import metadata

    try:
        return metadata.version("pvdify")
    except metadata.PackageNotFoundError:
        return "unknown"
