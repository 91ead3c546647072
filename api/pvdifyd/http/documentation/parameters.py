"""What stands in addresses: each parameter of a path, described once for all routes that have it."""

from __future__ import annotations

import re
from typing import Any

from pvdifyd import __version__
from pvdifyd.http.documentation import rules
from pvdifyd.operations.find import LARGEST_NUMBER

_NUMBER = {"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER}

# By the part of the path that they stand in.
DESCRIBED: dict[str, tuple[str, dict[str, Any], Any]] = {
    "apps/{name}": ("The app's name.", {"type": "string", **rules.APP_NAME}, "myapp"),
    "hosts/{name}": ("The host's name.", {"type": "string", **rules.HOST_NAME}, "box1"),
    "tokens/{name}": ("The token's name.", {"type": "string", **rules.TOKEN_NAME}, "ci"),
    "config/{key}": ("The config var's key.", {"type": "string", **rules.CONFIG_KEY}, "LOG_LEVEL"),
    "versions/{version}": (
        "The config version, as v6 or 6.",
        {"type": "string", "pattern": "^v?[1-9][0-9]{0,17}$"},
        "v6",
    ),
    "releases/{version}": ("The release's version.", _NUMBER, 42),
    "install/{name}": (
        "The wheel, as /install.sh names it.",
        {"type": "string"},
        f"pvdify-{__version__}-py3-none-any.whl",
    ),
    "operations/{number}": ("The operation's id.", _NUMBER, 7),
    "domains/{domain}": ("The domain.", {"type": "string", **rules.DOMAIN}, "myapp.com"),
    "registries/{registry}": (
        "The registry, HOST or HOST:PORT, as in an image's reference.",
        {"type": "string", **rules.REGISTRY},
        "ghcr.io",
    ),
}


def describe(path: str, declared: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parameters of a path such as /api/v1/apps/{name}/config/{key}: those that stand here described, others as
    their route declares them."""
    known = {
        name: _described(part, name)
        for part, name in re.findall(r"(\w+/\{(\w+)\})", path)
        if part in DESCRIBED
    }
    return [known.get(one["name"], one) for one in declared]


def _described(part: str, name: str) -> dict[str, Any]:
    description, schema, example = DESCRIBED[part]
    return {
        "in": "path",
        "name": name,
        "required": True,
        "description": description,
        "schema": dict(schema),
        "example": example,
    }
