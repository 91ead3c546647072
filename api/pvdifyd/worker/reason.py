"""Why something failed, as rows and API carry it: {code, message, phase}, and what helps."""

from __future__ import annotations

from typing import Any

from pvdifyd.worker.engine_face import Failure

Reason = dict[str, Any]


def reason_of(failure: Failure | None) -> Reason:
    """The reason of a run that failed."""
    if failure is None:
        return {"code": "engine_error", "message": "The run failed without saying why.", "phase": None}
    return {**failure.details, "code": failure.code, "message": failure.message, "phase": failure.phase}
