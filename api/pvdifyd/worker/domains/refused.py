"""The end of an operation that its host was not even asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pvdifyd.models import Edge
from pvdifyd.operations.edge import show


@dataclass(frozen=True)
class Refusal:
    """Why; a failure as an engine has them."""

    code: str
    message: str
    details: dict[str, Any]
    phase: str | None = None


@dataclass(frozen=True)
class Refused:
    """An outcome as an engine has them: one without a run."""

    failure: Refusal
    ok: bool = False
    switched: bool = False
    interrupted: bool = False
    cancelled: bool = False
    cut_off: None = None
    results: dict[str, dict[str, Any]] = field(default_factory=dict)


def not_ready(edge: Edge) -> Refused:
    """The host has not the edge that it should go by."""
    message, todo = show.not_ready(edge)
    return Refused(Refusal(show.NOT_READY, message, {"next_step": f"{todo} Then ask for the same again."}))
