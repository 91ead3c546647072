"""A host's key that hides nothing: a document says in clear whom it is for, and only who has that key may read it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FIRST = "age1first"


def document(recipient: str, **bound: Any) -> str:
    """A document for this recipient, unlike every other one, as those of sops are."""
    return json.dumps({"for": recipient, "bound": bound, "nonce": next(_nonces)})


def recipient_of(text: str) -> str:
    return str(json.loads(text)["for"])


@dataclass
class FakeKey:
    """recipients: those of the keys that the host has, the newest first. Two of them: a rotation is under way."""

    recipients: list[str] = field(default_factory=lambda: [FIRST])
    made: int = 0

    def replace(self) -> str:
        """The host gets a key that has nothing to do with the ones before."""
        self.made += 1
        self.recipients = [f"age1new{self.made}"]
        return self.recipients[0]

    def reencrypt(self, documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        if len(self.recipients) == 1:
            self.made += 1
            self.recipients.insert(0, f"age1new{self.made}")
        told = {one["id"]: self._anew(one) for one in documents}
        return {
            "recipient": self.recipients[0],
            "documents": {number: text for number, text in told.items() if text is not None},
            "unreadable": [number for number, text in told.items() if text is None],
        }

    def forget(self, recipient: str) -> None:
        assert recipient == self.recipients[0], (
            "the host would forget the key that everything is encrypted for"
        )
        del self.recipients[1:]

    def reads(self, text: str) -> bool:
        return recipient_of(text) in self.recipients

    def _anew(self, one: Mapping[str, Any]) -> str | None:
        held = json.loads(one["document"])
        assert one["bound"].items() <= held["bound"].items(), "a document that is another one's"
        return document(self.recipients[0], **held["bound"]) if self.reads(one["document"]) else None


_nonces = itertools.count()
