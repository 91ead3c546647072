"""Answering a request that changes something: once for each Idempotency-Key, with its Location."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, g, request
from marshmallow import Schema

from pvdifyd.errors import InvalidError
from pvdifyd.http.audit.recording import recorded
from pvdifyd.http.authentication import caller
from pvdifyd.operations.idempotency import Answer, KeyedRequest, answer_once

NOTHING = Answer(204, {}, "")

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)

# So that each guess at a secret takes 16 MiB and some hundredths of a second.
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}

DOCUMENTED_HEADER = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "description": "The same key with the same request gets the same answer; nothing is done twice.",
}


def once(make: Callable[[], Answer], *, holds_secrets: bool = False) -> Response:
    """The answer of `make`, which runs in a transaction; or the one the request's key got before.

    `holds_secrets`: the request's body may, and nobody shall guess them from what is kept of it.
    """
    answer = answer_once(_keyed(holds_secrets), recorded(make))
    g.repeated = "recorded" not in g
    return _response(answer)


def changed(make: Callable[[], Answer]) -> Response:
    """The answer of `make`, which runs in a transaction, for requests that no key makes safe to repeat."""
    return _response(answer_once(None, recorded(make)))


def answered_before(*, holds_secrets: bool = False) -> Response | None:
    """The answer the request's key got before, for views that do something slow before they answer."""
    keyed = _keyed(holds_secrets)
    kept = keyed.kept_answer() if keyed else None
    g.repeated = kept is not None
    return _response(kept) if kept else None


def answer(
    status: int,
    schema: Schema,
    value: dict[str, Any],
    location: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """An answer with this value as its body."""
    located = {"Location": location} if location else {}
    return Answer(status, {**located, **(headers or {})}, json.dumps(schema.dump(value)) + "\n")


def _keyed(holds_secrets: bool) -> KeyedRequest | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if _KEY.fullmatch(key) is None:
        raise InvalidError.field(
            HEADER, key, "idempotency_key", f"{HEADER} must be 1 to 200 visible characters of ASCII."
        )
    return KeyedRequest(caller(), key, _fingerprint(key, holds_secrets))


def _fingerprint(key: str, holds_secrets: bool) -> str:
    target = request.path.encode() + (b"?" + request.query_string if request.query_string else b"")
    content = b"\0".join((request.method.encode(), target, request.get_data(cache=True)))
    if not holds_secrets:
        return hashlib.sha256(content).hexdigest()
    # It costs a while, and a view may ask twice.
    if "slow_fingerprint" not in g:
        g.slow_fingerprint = hashlib.scrypt(content, salt=key.encode(), **_SCRYPT).hex()
    return str(g.slow_fingerprint)


def _response(kept: Answer) -> Response:
    return Response(kept.body, kept.status, kept.headers, mimetype="application/json")
