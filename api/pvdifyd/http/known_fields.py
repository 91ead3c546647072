"""Did you mean: the fields that a schema has where a request named another."""

from __future__ import annotations

import difflib
from typing import Any

from marshmallow import Schema, fields

# Part of a body, as its schema describes it; None where nothing is known of it.
Described = Schema | fields.Field[Any] | None


def inside(described: Described, key: object) -> Described:
    """What describes the part `key` of a body that is described so: by marshmallow's own layers, where a map's values
    are below "value" and a list's items below their number."""
    if isinstance(described, Schema):
        return _opened(_fields(described).get(str(key)))
    if isinstance(described, fields.Dict):
        return _opened(described.value_field) if key == "value" else described
    if isinstance(described, fields.List):
        return _opened(described.inner)
    return None


def said_of_unknown(described: Described, name: object) -> str:
    """What to tell of a field `name` that `described` does not have."""
    known = _fields(described) if isinstance(described, Schema) else {}
    near = difflib.get_close_matches(str(name).lower(), known, n=1, cutoff=0.6)
    if near:
        return f"Unknown field; did you mean {near[0]}?"
    if not known:
        return "Unknown field: leave it out."
    return f"Unknown field; what can be here: {', '.join(sorted(known))}."


def _opened(field: fields.Field[Any] | None) -> Described:
    return field.schema if isinstance(field, fields.Nested) else field


def _fields(schema: Schema) -> dict[str, fields.Field[Any]]:
    """Those that a request may have, by the names that it gives them."""
    return {field.data_key or name: field for name, field in schema.load_fields.items()}
