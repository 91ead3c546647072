"""What a call comes to: a result, or a failure in Cloudflare's own words."""

import math
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]


class Failure(Exception):
    """A refusal: the HTTP status, and Cloudflare's code and message for it. retry_after: seconds."""

    def __init__(self, status: int, code: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after

    def body(self) -> JSON:
        errors = [{"code": self.code, "message": self.message}]
        return {"success": False, "errors": errors, "messages": [], "result": None}


@dataclass(frozen=True)
class Result:
    """info: which part of a list it is."""

    result: object
    info: JSON | None = None

    def body(self) -> JSON:
        found: JSON = {"success": True, "errors": [], "messages": [], "result": self.result}
        return found if self.info is None else {**found, "result_info": self.info}


def page(rows: list[JSON], query: dict[str, str], per_page: int) -> Result:
    """One page of a list; per_page: how many there are on one where nobody says."""
    size = int(query.get("per_page", per_page))
    number = int(query.get("page", 1))
    shown = rows[(number - 1) * size : number * size]
    info = {"page": number, "per_page": size, "count": len(shown), "total_count": len(rows)}
    return Result(shown, {**info, "total_pages": math.ceil(len(rows) / size)})
