"""What a config var may be. No refusal repeats a value: it may be a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pvdifyd.errors import InvalidError, RuleError, shown

KEY_LIMIT = 128
# Bytes of one value, as UTF-8.
VALUE_LIMIT = 64 * 1024
COUNT_LIMIT = 500
# Bytes of all keys and values of an app together; a secret counts as its document.
SIZE_LIMIT = 1024 * 1024
MESSAGE_LIMIT = 512

_KEY = re.compile(rf"[A-Za-z_][A-Za-z0-9_]{{0,{KEY_LIMIT - 1}}}", re.ASCII)


def check_key(key: str) -> str:
    """The key itself, when a config var may have it; raises RuleError(config_key, reserved_key)."""
    if _KEY.fullmatch(key) is None:
        raise RuleError(
            "config_key",
            f"{shown(key)} can't be a config var's key: at most {KEY_LIMIT} of A-Z, a-z, 0-9 and _, no digit first, as "
            "in DATABASE_URL.",
        )
    if key == "PORT" or key.startswith("PVDIFY_"):
        raise RuleError(
            "reserved_key",
            f"{key} is set by pvdify: PORT, and all that begins with PVDIFY_. Choose another key.",
        )
    return key


def check_value(value: str) -> str:
    """The value itself, when a config var may have it; raises RuleError(config_value)."""
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise RuleError(
            "config_value", "A value must be text: this one has half a character in it."
        ) from None
    if "\0" in value:
        raise RuleError(
            "config_value", "A value can't have a NUL in it: no environment could. Encode it, as in base64."
        )
    if size > VALUE_LIMIT:
        raise RuleError("config_value", f"A value may have {VALUE_LIMIT} bytes at most; this one has {size}.")
    return value


def check_message(message: str) -> str:
    """The message itself, when a config version may have it; raises RuleError(config_message)."""
    if len(message) > MESSAGE_LIMIT or not message.isprintable():
        raise RuleError(
            "config_message", f"A message is one line of at most {MESSAGE_LIMIT} printable characters."
        )
    return message


def check_count(keys: Mapping[str, Any]) -> None:
    """Raises RuleError(config_count) where there are more keys than an app may have."""
    if len(keys) > COUNT_LIMIT:
        raise RuleError("config_count", f"An app may have {COUNT_LIMIT} config vars; these are {len(keys)}.")


def check_whole(count: int, size: int) -> None:
    """Raises InvalidError(config_count, config_size) for a config of so many keys, and so many bytes in all."""
    if count > COUNT_LIMIT:
        raise InvalidError.field(
            "config",
            None,
            "config_count",
            f"An app may have {COUNT_LIMIT} config vars, and this would make {count}. Unset some: "
            "`pvdify config:unset`.",
        )
    if size > SIZE_LIMIT:
        raise InvalidError.field(
            "config",
            None,
            "config_size",
            f"An app's config may have {SIZE_LIMIT} bytes in all (keys, values, encrypted secrets), and this would "
            f"make {size}. Unset some: `pvdify config:unset`.",
        )
