"""What calls to Cloudflare raise."""

from __future__ import annotations

from typing import Any

from .reasons import Reason


class Trouble(Exception):
    """Nothing more can be done with Cloudflare now, for any domain."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


class Refused(Exception):
    """Cloudflare refused one call, by HTTP ``status`` and its own ``codes``."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        self.status = status
        self.codes = {one.get("code") for one in errors}
        said = "; ".join(str(one.get("message")) for one in errors if one.get("message"))
        super().__init__(f"{said or 'no reason given'} (status {status})")


class Forbidden(Refused):
    """The token may not do this in one zone; what it may elsewhere is not said by that."""
