"""What an operation runs, and what its app takes over once that went well."""

from __future__ import annotations

from dataclasses import dataclass, field

from pvdifyd.inventory import Document
from pvdifyd.operations import resources
from pvdifyd.operations.domains import touched
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.operations.formation import Formation
from pvdifyd.worker.engine_face import Outcome


@dataclass(frozen=True)
class Change:
    """What the app's row takes over once its host has it; None and nothing stay as they are.

    slot_counts: the counts that the next release is to have, too; bound_port: the port that a release has taken.
    """

    formation: Formation | None = None
    slot_counts: dict[str, int] = field(default_factory=dict)
    resources: resources.Resources | None = None
    bound_port: int | None = None


@dataclass(frozen=True)
class Plan:
    """playbook and document: what is run, nothing where no release serves; undo: what takes it back, in the same way;
    before: what is run first, and must go well; note: what a person should know of it before; pointless: why it is not
    to be done at all; refused: how it ends where its host is not even asked; touched: the domains that it is about."""

    playbook: str | None
    document: Document
    undo: tuple[str, Document] | None = None
    before: tuple[str, Document] | None = None
    change: Change = Change()
    note: str | None = None
    pointless: str | None = None
    refused: Outcome | None = None
    touched: Touched = touched.NOTHING
