"""What the API's description says of rules between the fields of one object: which of them go together."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pvdifyd.models.edge import CADDY, CLOUDFLARE, NONE

_NULL = {"type": "null"}
_TEXT = {"type": "string"}

# By the object's schema. Each alternative has a title, for people and for generated clients.
SAID: dict[str, list[dict[str, Any]]] = {
    "EdgeAsked": [
        {"title": "none", "properties": {"kind": {"const": NONE}, CLOUDFLARE: False, CADDY: False}},
        {
            "title": "cloudflare",
            "properties": {"kind": {"const": CLOUDFLARE}, CADDY: False},
            "required": [CLOUDFLARE],
        },
        {"title": "caddy", "properties": {"kind": {"const": CADDY}, CLOUDFLARE: False}},
    ],
    "Install": [
        {
            "title": "a binary",
            "properties": {"way": {"const": "binary"}, "url": _TEXT, "sha256": _TEXT},
            "required": ["way", "url", "sha256"],
        },
        {
            "title": "another way",
            "properties": {"way": {"not": {"const": "binary"}}, "url": _NULL, "sha256": _NULL},
        },
    ],
}


def add(document: dict[str, Any]) -> None:
    """Say them in the document."""
    for name, alternatives in SAID.items():
        document["components"]["schemas"][name]["oneOf"] = deepcopy(alternatives)
