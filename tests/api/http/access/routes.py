"""Every route there is, what it declares, and a request of it that a right token gets through with."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from pvdifyd import tokens
from pvdifyd.http.access.declared import Access, access_of
from pvdifyd.http.install import wheel
from pvdifyd.models import Token

APP = "myapp"
ARGUMENTS = {
    "<string:version>": "v1",
    "<int:version>": "1",
    "<int:number>": "1",
    "<config_key:key>": "KEY",
    "<path:registry>": "ghcr.io",
    "<string:domain>": "myapp.com",
}
NAMES = {"/api/v1/hosts": "demo", "/api/v1/tokens": "spare", "/api/v1/docs": "page.js"}
NAMES["/install"] = wheel.build().name

# What is sent; a route that changes something and stands in neither takes nothing.
BODIES: dict[str, Any] = {
    "POST /api/v1/apps": {"name": APP + "-staging"},
    "PUT /api/v1/apps/<string:name>": {"name": APP},
    "PATCH /api/v1/apps/<string:name>": {"image": "nginx:2"},
    "POST /api/v1/apps/<string:name>/releases": {"image": "nginx:3"},
    "PUT /api/v1/apps/<string:name>/config": {"config": {"KEY": "another"}},
    "POST /api/v1/apps/<string:name>/ps/scale": {"processes": {"web": 2}},
    "PUT /api/v1/registries/<path:registry>": {"username": "acme", "password": "secret", "app": APP},
    "POST /api/v1/tokens": {"name": "new", "scope": "read"},
    "POST /api/v1/apps/<string:name>/domains": {"domain": "www.myapp.com"},
    "PUT /api/v1/hosts/<string:name>/edge": {"kind": "caddy"},
}
QUERIES = {"DELETE /api/v1/registries/<path:registry>": {"app": APP}}

_addresses = itertools.count(1)


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    method: str
    rule: str
    access: Access

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def path(self) -> str:
        start = self.rule.partition("/<string:name>")[0]
        path = self.rule.replace("<string:name>", NAMES.get(start, APP))
        for argument, value in ARGUMENTS.items():
            path = path.replace(argument, value)
        return path

    def ask(self, application: Flask, token: str | None = None, **options: Any) -> TestResponse:
        """The answer; each request comes from an address of its own, or failures would be too many."""
        number = next(_addresses)
        return application.test_client().open(
            self.path,
            method=self.method,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            json=BODIES.get(str(self)),
            environ_overrides={"REMOTE_ADDR": f"10.0.{number // 256}.{number % 256}"},
            **{"query_string": QUERIES.get(str(self), {}), **options},
        )


def routes(application: Flask) -> Iterator[Route]:
    """All of them, HEAD and OPTIONS too."""
    for rule in application.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            access = access_of(application, rule.endpoint, method)
            assert access is not None, f"{method} {rule.rule} declares no scope"
            yield Route(method, rule.rule, access)


@dataclass
class Made:
    """Tokens as a test needs them."""

    count: int = field(default=0)

    def __call__(self, scope: str, apps: list[str] | None = None, **columns: Any) -> str:
        text = tokens.new()
        self.count += 1
        Token.create(
            name=f"made-{self.count}",
            sha256=tokens.fingerprint(text),
            scope=scope,
            apps=apps,
            created_by="tester",
            **columns,
        )
        return text
