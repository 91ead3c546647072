"""Fields that hold our rules, and say which one was broken."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields

from pvdifyd import image_reference
from pvdifyd.errors import RuleError, shown
from pvdifyd.http.body import RuleText
from pvdifyd.operations import resources

COMMAND_LIMIT = 4096


@dataclass(frozen=True)
class Rule:
    """A check that raises RuleError, as a validator of marshmallow's."""

    check: Callable[[Any], Any]

    def __call__(self, value: Any) -> None:
        try:
            self.check(value)
        except RuleError as broken:
            raise ValidationError([RuleText.of(broken)]) from None


def rule(check: Callable[[Any], Any]) -> Rule:
    """The check as a validator; documentation.rules tells what the API's description says of it."""
    return Rule(check)


class WholeNumber(fields.Integer):
    """A JSON integer in a range; true, "3" and 3.0 are not."""

    def __init__(self, lowest: int, highest: int, **options: Any) -> None:
        self.lowest = lowest
        self.highest = highest
        options.setdefault("metadata", {}).update(minimum=lowest, maximum=highest)
        super().__init__(**options)

    def _validated(self, value: Any) -> Any:
        if type(value) is not int or not self.lowest <= value <= self.highest:
            message = f"{shown(value)} must be a whole number from {self.lowest} to {self.highest}."
            raise ValidationError([RuleText.of(RuleError("whole_number", message))])
        return value


class YesNo(fields.Boolean):
    """true or false of JSON; 1, "true" and "yes" are not."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if type(value) is not bool:
            raise ValidationError(
                [RuleText.of(RuleError("boolean", f"{shown(value)} must be true or false."))]
            )
        return value


class Cpu(fields.Float):
    """A number of CPUs."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        try:
            return resources.checked_cpu(value)
        except RuleError as broken:
            raise ValidationError([RuleText.of(broken)]) from None


def text(check: Callable[[str], Any], **options: Any) -> fields.String:
    """A text that keeps the rule."""
    return fields.String(validate=rule(check), **options)


def image(**options: Any) -> fields.String:
    """An image reference; it is kept as it is written."""
    options.setdefault("metadata", {}).setdefault("examples", ["ghcr.io/acme/myapp:v2"])
    return text(image_reference.parse, **options)


def check_command(command: str) -> None:
    """A command is split as a shell would, so it must split; one line; raises RuleError(command).

    An empty one is the image's own.
    """
    if not command:
        return
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise RuleError("command", f"{shown(command)} can't be split into arguments: {error}.") from None
    if not words or len(command) > COMMAND_LIMIT or any(bad in command for bad in "\0\r\n"):
        raise RuleError(
            "command",
            f"{shown(command)} can't be a command: one line of at most {COMMAND_LIMIT} characters, "
            "with a program in it. Leave it null to run what the image names.",
        )
    # podman's unit generator drops an empty argument and all that follow it (seen with 5.4).
    if "" in words:
        raise RuleError(
            "command", f"{shown(command)} can't be a command: none of its arguments may be empty."
        )
