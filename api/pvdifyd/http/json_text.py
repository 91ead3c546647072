"""JSON as the API reads it: strict, and of a size and shape that costs little, which is looked at before it is read."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from pvdifyd.errors import PvdifydError

# Objects and lists within each other; what the API takes has three.
DEPTH_LIMIT = 32

# Keys and list items of a whole body. A config has at most 500 of them.
VALUES_LIMIT = 10_000

# A string, or what is left of one that has no end. Neither looks back, so that it takes time in proportion.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NO_STRUCTURE = bytes(set(range(256)) - set(b"[]{},"))


def parse_json(data: bytes) -> Any:
    """The value of a JSON text.

    Raises PvdifydError(invalid_json) naming what is wrong with it, (nested_too_deeply), (too_many_values).
    """
    _check_shape(_STRING.sub(b"", data).translate(None, _NO_STRUCTURE))
    try:
        text = data.decode("utf-8")
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
        # Escapes can spell half a character, which neither the database nor a host could take.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        reason = "it is not UTF-8"
    except ValueError as error:
        reason = str(error)
    else:
        return value
    raise PvdifydError(f"The body is not JSON: {reason}.", code="invalid_json")


def _check_shape(structure: bytes) -> None:
    """Look at the brackets and commas of a text, without its strings."""
    opened = structure.count(b"[") + structure.count(b"{")
    if opened + structure.count(b",") > VALUES_LIMIT:
        raise PvdifydError(
            f"The body may have {VALUES_LIMIT} keys and list items at most. Send it in several requests.",
            code="too_many_values",
        )
    depth = 0
    for bracket in structure:
        depth += (bracket in b"[{") - (bracket in b"]}")
        if depth > DEPTH_LIMIT:
            raise PvdifydError(
                f"The body may have {DEPTH_LIMIT} objects and lists within each other at most.",
                code="nested_too_deeply",
            )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("an object has a key twice")
    return value
