"""OpenAPI 3.0 schemas as JSON Schema, which jsonschema can check."""

from typing import Any

# What Cloudflare gives a record: the document requires it of who asks for one, too.
GIVEN_BY_THE_SERVER = {"id", "proxiable", "created_on", "modified_on"}


def as_json_schema(schema: Any, *, of_request: bool) -> Any:
    """The schema, and all in it, in JSON Schema's terms.

    nullable: OpenAPI's word for a type that may be null too. minLength of an array: meant for its items, it says
    nothing in either language. of_request: without what only an answer has.
    """
    if isinstance(schema, list):
        return [as_json_schema(each, of_request=of_request) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: as_json_schema(value, of_request=of_request) for name, value in schema.items()}
    if found.pop("nullable", False) is True and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    if "allOf" in found and found.get("minLength"):
        found["minItems"] = found.pop("minLength")
    if of_request and isinstance(found.get("required"), list) and "proxiable" in found["required"]:
        found["required"] = [name for name in found["required"] if name not in GIVEN_BY_THE_SERVER]
    return found


def coerce(text: str, schema: dict[str, Any]) -> object:
    """A query parameter as the type its schema has; as it stands where it is none such."""
    kind = schema.get("type")
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind in ("number", "integer"):
        try:
            return int(text)
        except ValueError:
            return text
    return text
