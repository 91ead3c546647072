"""The contract: which calls there are, and what their requests and answers must be.

The document can't be meant as it is written in four places, and is read so:
- An answer 4XX would have to be a success and a failure at once: it must be a failure.
- The rule that catches all, a tunnel's last one, has no hostname, though every rule would have to have one.
- The path of a setting names it: a request for it need not say so again.
- DELETE would have to have a body, of which nothing is said.
"""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema

from .schema import as_json_schema, coerce

DOCUMENT = Path(__file__).with_name("contract.json")
METHODS = ("get", "post", "put", "patch", "delete")
CATCH_ALL = "http_status:"


class ContractBroken(Exception):
    """A request or an answer that the contract doesn't allow; the text says where and why."""


@dataclass(frozen=True)
class Call:
    """One of the contract's calls, as it was made. name: its operationId. parameters: those of its path."""

    name: str
    definition: dict[str, Any]
    parameters: dict[str, str]


class Contract:
    """The contract in a file; that of Cloudflare's API unless another is given."""

    def __init__(self, document: Path = DOCUMENT) -> None:
        self._document = json.loads(document.read_text(encoding="utf-8"))

    def find(self, method: str, path: str) -> Call | None:
        """The call of that method and path, None where there is no such call."""
        for template, methods in self._document["paths"].items():
            found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template), path)
            if found and method.lower() in METHODS and method.lower() in methods:
                definition = methods[method.lower()]
                return Call(definition["operationId"], definition, found.groupdict())
        return None

    def check_request(
        self, call: Call, query: list[tuple[str, str]], content_type: str | None, body: object
    ) -> None:
        """Raises ContractBroken for a request that is not allowed. body: decoded, None where there is none."""
        known = {(each["in"], each["name"]): each for each in call.definition.get("parameters", [])}
        for name, value in call.parameters.items():
            self._check_parameter(f"path {name}", value, known["path", name])
        for name, value in query:
            if ("query", name) not in known:
                raise ContractBroken(f"query: there is no {name}")
            self._check_parameter(f"query {name}", value, known["query", name])
        if len({name for name, _ in query}) != len(query):
            raise ContractBroken("query: a parameter is given twice")
        self._check_request_body(call, content_type, body)

    def check_answer(self, call: Call, status: int, body: object) -> None:
        """Raises ContractBroken for an answer that is not allowed."""
        answers = call.definition["responses"]
        described = answers.get(str(status)) or answers.get(f"{status // 100}XX")
        if described is None:
            raise ContractBroken(f"status: {call.name} is never answered by {status}")
        schema = described["content"]["application/json"]["schema"]
        if status >= 400 and "allOf" in schema:
            schema = schema["allOf"][-1]
        self._check("answer", body, schema, of_request=False)

    def _check_request_body(self, call: Call, content_type: str | None, body: object) -> None:
        described = call.definition.get("requestBody")
        schema = described and described["content"]["application/json"].get("schema")
        if schema is None or (call.name.startswith("cloudflare-tunnel-delete") and body is None):
            return
        if (content_type or "").partition(";")[0].strip().lower() != "application/json":
            raise ContractBroken(f"Content-Type: it must be application/json, and is {content_type}")
        self._check("body", _as_meant(call, body), schema, of_request=True)

    def _check_parameter(self, where: str, value: str, parameter: dict[str, Any]) -> None:
        schema = parameter["schema"]
        if "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        self._check(where, coerce(value, schema), schema, of_request=True)

    def _check(self, where: str, value: object, schema: Any, *, of_request: bool) -> None:
        components = self._request_components if of_request else self._answer_components
        whole = {
            "allOf": [as_json_schema(schema, of_request=of_request)],
            "components": {"schemas": components},
        }
        checker = jsonschema.Draft7Validator(whole, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
        found = jsonschema.exceptions.best_match(checker.iter_errors(value))
        if found is not None:
            raise ContractBroken(f"{where} {found.json_path}: {found.message[:500]}")

    @cached_property
    def _request_components(self) -> Any:
        return as_json_schema(self._document["components"]["schemas"], of_request=True)

    @cached_property
    def _answer_components(self) -> Any:
        return as_json_schema(self._document["components"]["schemas"], of_request=False)


def _as_meant(call: Call, body: object) -> object:
    """The body as the document would have it, where that can't be meant."""
    if not isinstance(body, dict):
        return body
    if call.name == "zone-settings-edit-single-setting":
        return {"id": call.parameters["setting_id"], **body}
    config = body.get("config")
    rules = config.get("ingress") if isinstance(config, dict) else None
    if isinstance(config, dict) and isinstance(rules, list) and rules and isinstance(rules[-1], dict):
        last = {"hostname": "", **rules[-1]}
        if str(last.get("service")).startswith(CATCH_ALL):
            return {**body, "config": {**config, "ingress": [*rules[:-1], last]}}
    return body
