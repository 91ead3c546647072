"""Everything that the API tells of an app: each GET of its own description, for all that the app has."""

import itertools
import re
from collections.abc import Iterator

from tests.end_to_end.world import World


def every_answer(world: World, app: str) -> Iterator[tuple[str, str]]:
    """Each path with its answer."""
    config = world.api("GET", f"/apps/{app}/config").json()
    versions = _numbers(world, f"/apps/{app}/config/versions", "version")
    releases = _numbers(world, f"/apps/{app}/releases", "version")
    known = {
        "name": [app],
        "key": [*config["config"], *config["secrets"]],
        "version": sorted({*versions, *releases}),
        "number": _numbers(world, "/operations", "id"),
        "domain": [one["domain"] for one in world.api("GET", f"/apps/{app}/domains").json()],
    }
    hosts = [one["name"] for one in world.api("GET", "/hosts").json()]
    described = world.api("GET", "/openapi.json").json()["paths"]
    for path in (path.removeprefix("/api/v1") for path, item in described.items() if "get" in item):
        if path in ("/health", "/ready"):
            continue
        here = {**known, "name": hosts} if path.startswith("/hosts/") else known
        answers = [(filled, world.api("GET", filled)) for filled in _filled(path, here)]
        # A number of a release may be none of a config version.
        assert {answer.status_code for _, answer in answers} <= {200, 404}, path
        yield from ((filled, answer.text) for filled, answer in answers)


def _numbers(world: World, path: str, field: str) -> list[str]:
    return [str(one[field]).removeprefix("v") for one in world.api("GET", f"{path}?page_size=100").json()]


def _filled(path: str, known: dict[str, list[str]]) -> Iterator[str]:
    names = re.findall(r"\{(\w+)\}", path)
    for values in itertools.product(*(known[name] for name in names)):
        filled = path
        for name, value in zip(names, values, strict=True):
            filled = filled.replace(f"{{{name}}}", value)
        yield filled
