"""YAML as app files have it: one document of plain values. What YAML can do beyond that is refused."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

import yaml

from pvdify.errors import UsageError

_NEXT = "Correct it there. JSON is YAML too."


def parse(text: str, origin: str) -> Any:
    """Give the value of a YAML text: texts, whole and other numbers, true and false, null, lists and mappings of texts.

    Args:
        text: The text.
        origin: Where it comes from, for people.

    Raises:
        UsageError: It is not YAML, or has a key twice, an alias, a tag, or a value of another kind.
    """
    try:
        value = yaml.load(text, _Loader)  # It is a safe loader, with less than that can do.
    except yaml.YAMLError as error:
        raise UsageError(f"{origin}{_reason(error)}.", _NEXT) from None
    except RecursionError:
        raise UsageError(f"{origin} is nested too deeply.", _NEXT) from None
    except ValueError as error:
        raise UsageError(f"{origin} has a number that can't be read: {error}.", _NEXT) from None
    _check(value, "", origin)
    return value


def dump(value: Any) -> str:
    """Give a value as YAML in ASCII, so that no text in it can steer a terminal; mappings keep their order."""
    text: str = yaml.safe_dump(value, sort_keys=False, width=120)
    return text


class _Loader(yaml.SafeLoader):
    """The safe loader, with texts for what looks like a date, and without aliases, which can make much of little."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _refused(f"*{event.anchor} is an alias: write out what it stands for", event.start_mark)
        if getattr(event, "tag", None) is not None:
            raise _refused(f"{event.tag} is a tag: leave it out", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and (key.tag, key.value) in seen:
                raise _refused(f"the key {key.value!r} comes twice", key.start_mark)
            seen.add((key.tag, str(key.value)))
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _refused(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(None, None, problem, mark)


def _reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f", line {mark.line + 1}: {problem}" if mark is not None else f" is not YAML: {problem}"


def _check(value: Any, path: str, origin: str) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                where = f"{path}: " if path else ""
                raise UsageError(
                    f"{origin}: {where}the key {key!r} is not text.", "Put it in quotes, as in 'on'."
                )
            _check(item, f"{path}.{key}".lstrip("."), origin)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _check(item, f"{path}.{number}", origin)
    elif isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"{origin}: {path}: {value} is no number that JSON has.", _NEXT)
