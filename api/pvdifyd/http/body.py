"""Reading a request: its body, and broken rules named field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from flask import Request
from marshmallow import Schema, ValidationError
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from pvdifyd.errors import FieldError, InvalidError, PvdifydError, RuleError, shown
from pvdifyd.http.json_text import parse_json
from pvdifyd.http.known_fields import Described, inside, said_of_unknown

JSON = "application/json"

# What curl calls a body that it is given with -d and no type, whatever it is. No form of a page on another site can
# make use of its being taken: it can't send a token.
FORM = "application/x-www-form-urlencoded"

_UNKNOWN, _UNKNOWN_TEXT = "unknown_field", "Unknown field."

# What a field that does not exist was to hold may be a secret, and so may all of a body that is no object.
_WITHOUT_VALUE = (_UNKNOWN, "required")

_RULES = {
    "Missing data for required field.": "required",
    "Field may not be null.": "not_null",
    "Not a valid string.": "string",
    "Not a valid integer.": "integer",
    "Not a valid list.": "list",
    "Not a valid mapping type.": "object",
    "Invalid input type.": "object",
}


class BodyParser(FlaskParser):
    """webargs' parser with our errors."""

    def _raw_load_json(self, req: Request) -> Any:
        data = req.get_data(cache=True)
        if not data:
            return core.missing
        # Werkzeug cuts a chunked body at the limit and says nothing.
        if req.content_length is None and len(data) >= (req.max_content_length or len(data) + 1):
            raise RequestEntityTooLarge
        return read(req.mimetype, data)

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Raises InvalidError with every field that broke a rule, and without its value where the schema has secrets:
        a class attribute `repeats_values` that is false."""
        raise refusal(error, schema, with_values=getattr(schema, "repeats_values", True))


def read(mimetype: str, data: bytes) -> Any:
    """The JSON value of a body; raises PvdifydError(unsupported_media_type), and what `parse_json` raises."""
    if mimetype == JSON:
        return parse_json(data)
    if mimetype != FORM:
        raise _no_json(f"not {mimetype!r:.80}")
    try:
        value = parse_json(data)
    except PvdifydError as error:
        if error.code != "invalid_json":
            raise
        raise _no_json(f"{FORM} is taken for a JSON object only. {error.detail}") from None
    if not isinstance(value, dict):
        raise _no_json(f"{FORM} is taken for a JSON object only")
    return value


def _no_json(why: str) -> PvdifydError:
    return PvdifydError(
        f'The body must be JSON: send "Content-Type: {JSON}"; {why.rstrip(".")}.',
        code="unsupported_media_type",
    )


def refusal(error: ValidationError, schema: Schema, *, with_values: bool = True) -> InvalidError:
    """The broken rules of a validation by this schema, as our refusal."""
    # webargs puts the messages below the part of the request that they are about.
    found = [
        one for messages in error.messages_dict.values() for one in _flatten(messages, "", error.data, schema)
    ]
    if not with_values:
        found = [_without_value(one) for one in found]
    image_only = all(one.rule == "image_reference" for one in found)
    detail = " ".join(f"{one.field}: {one.message}" if one.field else one.message for one in found[:5])
    return InvalidError(detail, code="invalid_image" if image_only else None, errors=found)


def _without_value(error: FieldError) -> FieldError:
    # A rule's message may begin with the value, as in: "x" must be true or false.
    said = (
        error.message if error.value is None else error.message.replace(shown(error.value), "What was sent")
    )
    return replace(error, value=None, message=said)


def _flatten(messages: Any, path: str, value: Any, described: Described) -> Iterator[FieldError]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            # "_schema" and, in maps, "key" and "value" are layers of the library, not fields.
            layer = key == "_schema" or (key in ("key", "value") and not _has(value, key))
            step = path if layer else f"{path}.{key}".lstrip(".")
            if inner == [_UNKNOWN_TEXT]:
                yield FieldError(step, None, _UNKNOWN, said_of_unknown(described, key))
                continue
            yield from _flatten(inner, step, value if layer else _inner(value, key), inside(described, key))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            rule = message.rule if isinstance(message, RuleText) else _RULES.get(str(message), "invalid")
            unsaid = rule in _WITHOUT_VALUE or not path
            yield FieldError(path, None if unsaid else value, rule, str(message))


class RuleText(str):
    """A message that knows its rule, on its way through marshmallow."""

    rule: str

    @classmethod
    def of(cls, broken: RuleError) -> RuleText:
        text = cls(broken.detail)
        text.rule = broken.rule
        return text


def _has(value: Any, key: Any) -> bool:
    return isinstance(value, Mapping) and key in value


def _inner(value: Any, key: Any) -> Any:
    return value[key] if _has(value, key) else None
