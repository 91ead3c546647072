"""How a step answers: what changed, or why it refused."""

from __future__ import annotations

from typing import Any


class StepFailed(Exception):
    """A step could not do its work, for a reason a person can act on.

    ``code`` is stable and documented in docs/api.md; ``details`` may hold ``probe``, ``exit_code``, ``logs`` and
    ``next_step``.
    """

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


def ended(
    phase: str, message: str, changed: bool, diff: list[dict[str, str]], **values: Any
) -> dict[str, Any]:
    """The answer of a step that did its work."""
    return {"failed": False, "phase": phase, "msg": message, "changed": changed, "diff": diff, **values}


def refused(phase: str, failure: StepFailed) -> dict[str, Any]:
    """The answer of a step that did not."""
    return {
        "failed": True,
        "phase": phase,
        "code": failure.code,
        "msg": failure.message,
        "details": failure.details,
        "changed": False,
    }
