"""Writes an app's file: what `pvdify apply` takes, in an order that stays, and without what has its default."""

from __future__ import annotations

from pvdify.declared import yaml_text
from pvdify.declared.slot import FIELDS, Json, of_app, process_defaults

# Where the version of its config vars stands in a file.
_BEFORE_HISTORY = FIELDS[: FIELDS.index("resources")]
_NOT_APPLIED = "# env_versions tells of the config vars; to apply this file changes none of them.\n"


def document(app: Json, config: Json) -> Json:
    """Give an app's definition and its config version, as the server shows both."""
    definition = of_app(app)
    definition["processes"] = {name: _process(name, given) for name, given in definition["processes"].items()}
    before = {name: value for name, value in definition.items() if name in _BEFORE_HISTORY}
    return {**before, **_history(config), **definition}


def text(definition: Json, schema: str) -> str:
    """Give a definition as a file; editors find its JSON Schema at the URL `schema`."""
    note = _NOT_APPLIED if "env_versions" in definition else ""
    return f"# yaml-language-server: $schema={schema}\n{note}{yaml_text.dump(definition)}"


def _process(name: str, process: Json) -> Json:
    usual = process_defaults(name)["overlap"]
    return {part: value for part, value in process.items() if (part, value) != ("overlap", usual)}


def _history(config: Json) -> Json:
    if config.get("version") is None:
        return {}
    current = {
        "version": config["version"],
        "created": config.get("created_at"),
        "hash": config.get("hash"),
    }
    return {"env_versions": [current]}
