"""The API's description: complete, and right about errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from pvdifyd.http.problems import TITLES
from pvdifyd.models.token import SCOPES
from tests.api.conftest import Api

OPEN = ("/health", "/ready", "/install.sh", "/install/{name}", "/api/v1/schemas/app.json")


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


def test_every_operation_has_a_name_made_of_its_route(description: Any) -> None:
    names = {(method, path): operation["operationId"] for method, path, operation in operations(description)}
    assert len(set(names.values())) == len(names)
    assert names["get", "/api/v1/apps/{name}/releases/{version}"] == "get_apps_name_releases_version"
    assert names["post", "/api/v1/apps"] == "post_apps"
    assert names["get", "/health"] == "get_health"


def test_every_operation_says_in_a_sentence_and_at_length_what_it_does(description: Any) -> None:
    for method, path, operation in operations(description):
        assert re.fullmatch(r"[A-Z][^\n]{5,150}\.", operation["summary"]), (method, path)
        assert operation["description"].startswith(operation["summary"])
        assert re.search(r"It needs (no token|a token of scope \w+)\.$", operation["description"])
        assert operation["tags"], (method, path)


def test_each_status_that_can_be_answered_is_documented(description: Any) -> None:
    for method, path, operation in operations(description):
        answers = operation["responses"]
        assert "default" not in answers, "it would stand for whatever nobody thought of"
        assert {"400", "414", "429", "431", "500"} <= answers.keys(), (method, path)
        if "requestBody" in operation:
            assert {"413", "415", "422"} <= answers.keys(), (method, path)
        if "Idempotency-Key" in str(operation.get("parameters")):
            assert {"409", "422"} <= answers.keys(), (method, path)


def test_every_parameter_is_described(description: Any) -> None:
    for path, item in description["paths"].items():
        for parameter in item.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])
            assert parameter["schema"]["type"] in ("string", "integer")


def test_what_is_answered_with_has_all_its_fields(description: Any) -> None:
    schemas = description["components"]["schemas"]
    for name in ("App", "Release", "Operation", "Config", "Event", "Token", "AuditEntry"):
        assert set(schemas[name]["required"]) == set(schemas[name]["properties"]), name
    assert "required" not in schemas["AppUpdate"], "what is sent may leave out what stays"
    assert set(schemas["Problem"]["properties"]) - set(schemas["Problem"]["required"]) == {"errors"}


def test_the_rules_are_described(description: Any) -> None:
    app = description["components"]["schemas"]["AppCreate"]["properties"]
    assert (app["name"]["maxLength"], app["name"]["pattern"]) == (40, "^[a-z](-?[a-z0-9])*$")
    assert app["processes"]["propertyNames"] == {"pattern": "^[a-z][a-z0-9]{0,15}$"}
    assert app["processes"]["maxProperties"] == 20
    config = description["components"]["schemas"]["ConfigChange"]["properties"]["config"]
    assert config["propertyNames"]["maxLength"] == 128
    assert config["additionalProperties"]["maxLength"] == 65_536
    token = description["components"]["schemas"]["TokenCreate"]["properties"]
    assert token["apps"]["items"]["maxLength"] == 40


def test_examples_keep_the_rules(description: Any) -> None:
    found = [(schema, example) for schema in schemas_in(description) for example in schema["examples"]]
    for item in description["paths"].values():
        found += [(one["schema"], one["example"]) for one in item.get("parameters", []) if "example" in one]
    assert len(found) > 20
    for schema, example in found:
        whole = {**schema, "components": description["components"]}
        jsonschema.Draft202012Validator(whole).validate(example)


def schemas_in(node: Any) -> Iterator[Any]:
    """All that have examples."""
    if isinstance(node, dict):
        if isinstance(node.get("examples"), list):
            yield node
        for inner in node.values():
            yield from schemas_in(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from schemas_in(inner)


def test_headers_are_described_where_they_are_answered(description: Any) -> None:
    responses = description["components"]["responses"]
    for status in ("TOO_MANY_REQUESTS", "SERVICE_UNAVAILABLE"):
        assert responses[status]["headers"]["Retry-After"]["required"]
    assert "WWW-Authenticate" in responses["UNAUTHORIZED"]["headers"]
    for method, path, operation in operations(description):
        for status, answer in operation["responses"].items():
            headers = answer.get(
                "headers", responses.get(answer.get("$ref", "").rpartition("/")[2], {}).get("headers")
            )
            assert {"X-Request-ID", "RateLimit", "RateLimit-Policy"} <= headers.keys(), (method, path, status)
            assert ("Location" in headers) or status != "202", (method, path)
            assert ("ETag" in headers) or status != "304", (method, path)


def test_every_post_documents_its_key(description: Any) -> None:
    for method, path, operation in operations(description):
        # The answer that has a new token is kept nowhere.
        if method == "post" and path != "/api/v1/tokens":
            assert "Idempotency-Key" in str(operation["parameters"]), path


def test_the_stream_is_documented_beside_the_list(description: Any) -> None:
    content = description["paths"]["/api/v1/operations/{number}/events"]["get"]["responses"]["200"]["content"]
    assert set(content) == {"application/json", "text/event-stream"}
    assert content["text/event-stream"]["schema"]["properties"]["event"]["enum"] == [
        "phase",
        "status",
        "note",
    ]


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
