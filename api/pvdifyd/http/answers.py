"""Answering a request that changes something: once for each Idempotency-Key, with its Location."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from flask import Response, request
from marshmallow import Schema

from pvdifyd.errors import InvalidError
from pvdifyd.http.authentication import caller
from pvdifyd.operations.idempotency import Answer, KeyedRequest, answer_once

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)

DOCUMENTED_HEADER = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key with the same request gets the same answer; nothing is done twice.",
}


def once(make: Callable[[], Answer]) -> Response:
    """The answer of `make`, which runs in a transaction; or the one the request's key got before."""
    return _response(answer_once(_keyed(), make))


def answered_before() -> Response | None:
    """The answer the request's key got before, for views that look at a host before they answer."""
    keyed = _keyed()
    kept = keyed.kept_answer() if keyed else None
    return _response(kept) if kept else None


def answer(status: int, schema: Schema, value: dict[str, Any], location: str) -> Answer:
    """An answer with this value as its body."""
    return Answer(status, {"Location": location}, json.dumps(schema.dump(value)) + "\n")


def _keyed() -> KeyedRequest | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if _KEY.fullmatch(key) is None:
        raise InvalidError.field(
            HEADER, key, "idempotency_key", f"{HEADER} must be 1 to 200 visible characters of ASCII."
        )
    content = b"\0".join((request.method.encode(), request.path.encode(), request.get_data(cache=True)))
    return KeyedRequest(caller(), key, hashlib.sha256(content).hexdigest())


def _response(kept: Answer) -> Response:
    return Response(kept.body, kept.status, kept.headers, mimetype="application/json")
