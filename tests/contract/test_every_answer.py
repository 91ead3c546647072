"""Whatever is sent, the answer is in the API's description: schemathesis makes 20,000 requests of it, with what keeps
to it, what is at its limits, and what breaks it. They are the same in every run.

What failed is reproduced by the curl line in its report, or alone, as:
`.venv/bin/schemathesis --config-file tests/contract/schemathesis.toml run --include-operation-id get_apps URL`.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from pvdifyd.models import Host
from pvdifyd.settings import Settings
from tests.api.conftest import database, empty_database, host, identity, prepared, settings, token
from tests.contract import prepared_world
from tests.contract.prepared_world import World

__all__ = ["database", "empty_database", "host", "identity", "prepared", "settings", "token"]

pytestmark = pytest.mark.many_requests

HERE = Path(__file__).parent
AT_LEAST = 20_000
SECONDS = 1200

DESCRIPTION = "/api/v1/openapi.json"
# A half of the routes each, for two processors.
HALVES = {"reads": ("--include-method", "GET"), "writes": ("--exclude-method", "GET")}

# Routes whose good answers depend on much of what there is, and what they have to be seen to answer.
ANSWERS = {
    "PUT /api/v1/apps/{name}": {200, 202, 412, 422},
    "PATCH /api/v1/apps/{name}": {200, 202, 404, 409, 412, 422},
    "GET /api/v1/apps/{name}/domains": {200, 304, 404},
    "POST /api/v1/apps/{name}/domains": {202, 400, 404, 409, 415, 422},
    "DELETE /api/v1/apps/{name}/domains": {202, 404},
    "GET /api/v1/apps/{name}/domains/{domain}": {200, 304, 404, 422},
    "DELETE /api/v1/apps/{name}/domains/{domain}": {202, 404, 422},
    "GET /api/v1/hosts/{name}/edge": {200, 304, 404},
    "PUT /api/v1/hosts/{name}/edge": {202, 400, 404, 409, 415, 422},
    "GET /api/v1/hosts/{name}/tunnel": {200, 304, 404},
}

Running = subprocess.Popen[str]


@pytest.fixture
def world(settings: Settings, prepared: Host, token: str) -> Iterator[World]:
    logging.disable(logging.WARNING)
    with prepared_world.served(settings, token) as world:
        yield world
    logging.disable(logging.NOTSET)


def schemathesis(location: str | Path, world: World, report: Path, *options: str) -> Running:
    """It runs: its report is there, and its exit code is 0 where it found nothing."""
    return subprocess.Popen(
        [
            *(
                sys.executable,
                "-m",
                "schemathesis.cli",
                "--config-file",
                str(HERE / "schemathesis.toml"),
                "run",
            ),
            *(str(location), "--header", f"Authorization: Bearer {world.token}"),
            *("--report", "json", "--report-json-path", str(report), "--no-color", *options),
        ],
        cwd=report.parent,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(running: Running) -> str:
    """What it said, once it has ended."""
    try:
        return running.communicate(timeout=SECONDS)[0]
    finally:
        running.kill()


def test_every_answer_is_as_described(world: World, tmp_path: Path) -> None:
    running = {
        half: schemathesis(world.url + DESCRIPTION, world, tmp_path / half, *options)
        for half, options in HALVES.items()
    }
    said = {half: ended(process) for half, process in running.items()}
    assert {half: process.returncode for half, process in running.items()} == dict.fromkeys(HALVES, 0), said
    reports = [json.loads((tmp_path / half).read_text()) for half in HALVES]
    assert sum(report["test_cases"]["generated"] for report in reports) >= AT_LEAST
    assert [route for report in reports for route in never_accepted(report)] == []
    assert {route: told(world, route) & statuses for route, statuses in ANSWERS.items()} == ANSWERS


def never_accepted(report: Any) -> list[str]:
    """The routes that never did what they are for: then nothing was learnt of their answers."""
    return [
        route
        for route, phases in report["valid_rates"].items()
        if not any(rates["accepted"] for rates in phases.values())
    ]


def told(world: World, route: str) -> set[int]:
    """Each status that the route has answered with."""
    return {status for one, status in world.told if one == route}


def without_a_status(description: Any) -> None:
    del description["paths"]["/api/v1/apps/{name}"]["get"]["responses"]["404"]


def without_a_rule(description: Any) -> None:
    del description["components"]["schemas"]["AppCreate"]["properties"]["name"]["pattern"]


def without_a_field(description: Any) -> None:
    app = description["components"]["schemas"]["App"]
    del app["properties"]["environment"]
    app["required"].remove("environment")


@pytest.mark.parametrize(
    ("forget", "route", "found"),
    [
        (without_a_status, "get_apps_name", "Undocumented status code"),
        (without_a_rule, "post_apps", "can't be an app's name"),
        (without_a_field, "get_apps", "Response violates schema"),
    ],
)
def test_what_the_description_lacks_is_found(
    world: World, tmp_path: Path, forget: Callable[[Any], None], route: str, found: str
) -> None:
    description = requests.get(world.url + DESCRIPTION, timeout=10).json()
    forget(description)
    (tmp_path / "description.json").write_text(json.dumps(description))
    options = ("--url", world.url, "--include-operation-id", route, "--max-examples", "20")
    running = schemathesis(tmp_path / "description.json", world, tmp_path / "report", *options)
    said = ended(running)
    assert running.returncode == 1, said
    assert found in said
