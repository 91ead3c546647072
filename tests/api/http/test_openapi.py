"""The API's description: complete, and right about errors."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pvdifyd.http.problems import TITLES
from pvdifyd.models.token import SCOPES
from tests.api.conftest import Api

OPEN = ("/health", "/ready", "/api/v1/schemas/app.json")


@pytest.fixture
def description(api: Api) -> Any:
    return api.client.get("/api/v1/openapi.json").get_json()


def operations(description: Any) -> list[tuple[str, str, Any]]:
    return [
        (method, path, operation)
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "patch", "put", "delete")
    ]


def test_it_is_openapi_3_1_and_whole(description: Any) -> None:
    assert description["openapi"] == "3.1.0"
    assert len(operations(description)) > 35
    for reference in re.findall(r"'\$ref': '#/([^']+)'", str(description)):
        at = description
        for step in reference.split("/"):
            at = at[step]


def test_errors_are_documented_as_what_they_are(description: Any) -> None:
    for name, answer in description["components"]["responses"].items():
        assert list(answer["content"]) == ["application/problem+json"], name
        assert answer["content"]["application/problem+json"]["schema"] == {
            "$ref": "#/components/schemas/Problem"
        }
    assert set(description["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == set(TITLES)


def test_every_operation_is_described_and_tells_what_its_token_must_be(description: Any) -> None:
    for method, path, operation in operations(description):
        assert operation["summary"], (method, path)
        if path in OPEN:
            assert operation["security"] == []
        else:
            ((scheme, scopes),) = operation["security"][0].items()
            assert scheme == "token"
            assert scopes[0] in SCOPES
            assert {"400", "401", "403", "429"} <= operation["responses"].keys(), (method, path)
    assert description["security"] == [{"token": []}]


def test_every_post_documents_its_key(description: Any) -> None:
    for method, path, operation in operations(description):
        # The answer that has a new token is kept nowhere.
        if method == "post" and path != "/api/v1/tokens":
            assert "Idempotency-Key" in str(operation["parameters"]), path


def test_the_stream_is_documented_beside_the_list(description: Any) -> None:
    content = description["paths"]["/api/v1/operations/{number}/events"]["get"]["responses"]["200"]["content"]
    assert set(content) == {"application/json", "text/event-stream"}


def test_the_page_takes_nothing_from_elsewhere(api: Api) -> None:
    page = api.client.get("/api/v1/docs")
    assert page.mimetype == "text/html"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert "/api/v1/docs/page.js" in loaded
    for path in loaded:
        assert path.startswith("/api/v1/")
        assert api.client.get(path).status_code == 200
    assert not re.search(r"https?://", page.text + api.client.get("/api/v1/docs/page.js").text)
    assert api.client.get("/api/v1/docs/page.html").status_code == 404
