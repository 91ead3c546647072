"""The OpenAPI document, completed: what holds for every route is said here, so that no route has to.

Given what the routes declare, without touching it, this is a function of it alone.
"""

from __future__ import annotations

import re
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from pvdifyd.http.documentation import between_fields, headers, parameters, shapes

Document = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")

# What any request may be answered: that it can't be read or has a token in its address, that its address or its header
# is too long, that it is one too many, that pvdifyd broke.
EVERYWHERE = tuple(map(HTTPStatus, (400, 414, 429, 431, 500)))

_FIRST_SENTENCE = re.compile(r"(.+?\.)(?:\s+|$)(.*)", re.DOTALL)


def completed(declared: Document) -> Document:
    """The whole document, of what the routes declare."""
    document = deepcopy(declared)
    for path, item in document["paths"].items():
        if "parameters" in item:
            item["parameters"] = parameters.describe(path, item["parameters"])
        for method in METHODS:
            if method in item:
                _complete(item[method], method, path)
    headers.add(document)
    between_fields.add(document)
    shapes.settle(document)
    return document


def operation_id(method: str, path: str) -> str:
    """What generated clients call the route: it stays as long as the route does. GET /apps/{name}: get_apps_name."""
    words = re.findall(r"\w+", path.removeprefix("/api/v1"))
    return "_".join((method, *words))


def _complete(operation: Document, method: str, path: str) -> None:
    operation["operationId"] = operation_id(method, path)
    summary, more = _sentences(operation["summary"])
    operation["summary"] = summary
    operation["description"] = " ".join(filter(None, (summary, more, _needs(operation))))
    answers = operation["responses"]
    for status in EVERYWHERE:
        answers.setdefault(str(status.value), {"$ref": f"#/components/responses/{status.name}"})
    operation["responses"] = dict(sorted(answers.items()))


def _sentences(text: str) -> tuple[str, str]:
    """The first sentence, and those after it."""
    found = _FIRST_SENTENCE.fullmatch(" ".join(text.split()))
    assert found is not None, f"no sentence: {text}"
    return found[1], found[2]


def _needs(operation: Document) -> str:
    if not operation["security"]:
        return "It needs no token."
    return f"It needs a token of scope {operation['security'][0]['token'][0]}."
