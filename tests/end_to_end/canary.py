"""A secret that is easily found again, whatever form it was brought into, and that breaks what escapes badly."""

import base64
import json
import secrets
from functools import cached_property
from urllib.parse import quote


class Canary:
    """A value with a word in it that no escaping changes: JSON, URLs, shells and templates leave letters and digits as
    they are. base64 makes one of three texts of it, by where in its input it begins.

    value: text of two lines; line: one of a single line, for what may not have more.
    """

    def __init__(self, word: str | None = None) -> None:
        """With a word of its own, unless one is given."""
        self._word = word or f"canary{secrets.token_hex(12)}"
        self.line = f"{self._word}\"\\é'{{{{ 1 }}}}%h$X`{self._word}"
        self.value = f"{self.line}\nand {self._word} again\n"

    @cached_property
    def needles(self) -> list[bytes]:
        """What to look for; each stands on one line."""
        word = self._word.encode()
        found = {word, word.hex().encode(), word.hex().upper().encode()}
        for before in range(3):
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                found.add(_in_base64(word, before, encode(b"\0" * before + word)))
        return sorted(found)

    def is_in(self, content: bytes | str) -> bool:
        data = content.encode() if isinstance(content, str) else content
        return any(needle in data for needle in self.needles)

    def forms(self) -> dict[str, str]:
        """The value as programs would write it."""
        whole = json.dumps({"user": "x", "value": self.value})
        return {
            "plain": self.value,
            "JSON": json.dumps(self.value),
            "JSON, not ASCII alone": json.dumps(self.value, ensure_ascii=False),
            "JSON in JSON": json.dumps(whole),
            "Python": repr(self.value),
            "a URL": quote(self.value),
            "hex": self.value.encode().hex(),
            **{
                f"base64 after {before} bytes": base64.b64encode(
                    b"u:/"[:before] + self.value.encode()
                ).decode()
                for before in range(3)
            },
            "base64 of JSON": base64.b64encode(whole.encode()).decode(),
        }


def _in_base64(word: bytes, before: int, encoded: bytes) -> bytes:
    """Of the base64 of `before` other bytes and the word, the letters that the word alone decides."""
    first = -(-before * 8 // 6)
    last = (before + len(word)) * 8 // 6
    return encoded[first:last]
