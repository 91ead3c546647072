"""What an answer always has: every field of what is only ever answered with is there, though it may be null."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_PREFIX = "#/components/schemas/"


def settle(document: dict[str, Any]) -> None:
    """Require the fields of all schemas that no request has, unless a schema says itself which of its are required."""
    schemas = document["components"]["schemas"]
    operations = list(_operations(document))
    sent = _reached([operation.get("requestBody") for operation in operations], schemas)
    contents = [
        answer.get("content") for operation in operations for answer in operation["responses"].values()
    ]
    for name in _reached(contents, schemas) - sent:
        schema = schemas[name]
        if schema.get("properties"):
            schema.setdefault("required", list(schema["properties"]))


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from (operation for operation in item.values() if isinstance(operation, dict))


def _reached(start: Any, schemas: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = list(_references(start))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(schemas[name])
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        target = node.get("$ref")
        if isinstance(target, str) and target.startswith(_PREFIX):
            yield target.removeprefix(_PREFIX)
        for inner in node.values():
            yield from _references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _references(inner)
