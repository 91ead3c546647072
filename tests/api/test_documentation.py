"""The documentation says what the code does: every code, route and setting stands in it."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from pvdifyd.http.access.declared import access_of
from pvdifyd.http.application import create_application
from pvdifyd.http.problems import TITLES
from pvdifyd.http.services import Services
from pvdifyd.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
API = (DOCS / "api.md").read_text(encoding="utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")


def test_every_code_is_documented_with_its_status() -> None:
    documented = {code: int(status) for code, status in re.findall(r"\| `(\w+)` \| (\d{3}) \|", API)}
    assert documented == {code: status for code, (status, _) in TITLES.items()}


def test_every_route_is_documented(services: Services) -> None:
    documented = set(re.findall(r"\| `(\w+) ([^`?]+)` \|", API))
    assert documented == routes(create_application(services))


def test_every_route_is_documented_with_its_scope(services: Services) -> None:
    documented = {
        (method, path): scope for method, path, scope in re.findall(r"\| `(\w+) ([^`?]+)` \| (\S+) \|", API)
    }
    application = create_application(services)
    declared = {
        (method, braced(rule.rule)): access_of(application, rule.endpoint, method)
        for rule in application.url_map.iter_rules()
        for method in rule.methods or ()
    }
    assert len(documented) > 35
    assert documented == {
        route: access.scope or "open"
        for route, access in declared.items()
        if access is not None and route in documented
    }


def braced(rule: str) -> str:
    return re.sub(r"<\w+:(\w+)>", r"{\1}", rule)


def routes(application: Flask) -> set[tuple[str, str]]:
    return {
        (method, braced(rule.rule))
        for rule in application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith(("/api/v1/docs", "/api/v1/openapi"))
    }


def test_every_setting_is_documented_with_its_default() -> None:
    documented = dict(re.findall(r"\| `PVDIFYD_(\w+)` \| `?([^`|]+?)`? \|", ARCHITECTURE))
    defaults = Settings.from_environment({})
    assert documented.pop("DATABASE") == "sqlite:///HOME/data/pvdify.db"
    assert documented == {
        name.upper(): str(getattr(defaults, name))
        for name in Settings.__dataclass_fields__
        if name != "database"
    }
