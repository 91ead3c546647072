"""Trusts one certificate alone, by its fingerprint, whoever signed it and whatever name stands in it."""

from __future__ import annotations

import re
from typing import Any

from requests.adapters import HTTPAdapter

# What urllib3 says when the fingerprint is another: nothing has been sent by then.
_OTHER = re.compile(r'Fingerprints did not match.* got "([0-9a-f]{64})"', re.DOTALL)


class PinnedAdapter(HTTPAdapter):
    """Connects only to who shows the certificate with this fingerprint, through proxies too.

    Args:
        fingerprint: The certificate's SHA-256, as 64 hexadecimal digits.
    """

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **keywords: Any) -> Any:
        """Have the fingerprint compared in each handshake."""
        return super().init_poolmanager(*arguments, **keywords, assert_fingerprint=self._fingerprint)

    def proxy_manager_for(self, *arguments: Any, **keywords: Any) -> Any:
        """Have the fingerprint compared in each handshake through a proxy."""
        return super().proxy_manager_for(*arguments, **keywords, assert_fingerprint=self._fingerprint)


def shown_instead(error: BaseException) -> str | None:
    """Give the fingerprint that the server showed, where an error says that it was another than the pinned one."""
    found = _OTHER.search(str(error))
    return found[1] if found else None
