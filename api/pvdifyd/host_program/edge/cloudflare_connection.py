"""The connection to Cloudflare's API: kept open between calls, and made only to who is vouched for."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from . import reasons
from .failures import Trouble


@dataclass(frozen=True)
class Call:
    """``path`` is that below the endpoint; ``body`` becomes JSON."""

    method: str
    path: str
    query: Mapping[str, object]
    body: Mapping[str, Any] | None = None


class Connection:
    """To ``endpoint``, with a token. ``authority`` is a PEM text to trust beside the system's, or None.

    Raises ``Trouble`` for a token or an authority that can't be one.
    """

    def __init__(self, endpoint: str, token: str, authority: str | None) -> None:
        parts = urlsplit(endpoint)
        self.endpoint = endpoint
        self._host, self._port, self._base = parts.hostname or "", parts.port, parts.path.rstrip("/")
        self._context = _trusting(authority) if parts.scheme == "https" else None
        self._kept: http.client.HTTPConnection | None = None
        word = token.strip()
        if not word.isascii() or not word.isprintable() or " " in word:
            raise Trouble(reasons.forbidden("it holds characters that no token has"))
        self._headers = {"Authorization": f"Bearer {word}", "Content-Type": "application/json"}

    def exchange(self, call: Call, timeout: float) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body of the answer. Raises ``OSError`` and ``HTTPException`` where there is none, and
        ``Trouble`` where nobody vouches for who would answer."""
        target = self._base + call.path + (f"?{urlencode(call.query)}" if call.query else "")
        given = None if call.body is None else json.dumps(call.body).encode("utf-8")
        try:
            connection = self._opened(timeout)
            connection.request(call.method, target, body=given, headers=self._headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except ssl.SSLCertVerificationError as distrust:
            self.close()
            raise Trouble(reasons.untrusted(self.endpoint, distrust.verify_message)) from None
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def _opened(self, timeout: float) -> http.client.HTTPConnection:
        if self._kept is None and self._context is not None:
            self._kept = http.client.HTTPSConnection(
                self._host, self._port, timeout=timeout, context=self._context
            )
        elif self._kept is None:
            self._kept = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        elif self._kept.sock is not None:
            self._kept.sock.settimeout(timeout)
        return self._kept

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None


def _trusting(authority: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authority:
        # From 3.13 on, Python wants more of an authority than openssl gives to one by itself. Who was named is meant.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        try:
            context.load_verify_locations(cadata=authority)
        except (ssl.SSLError, ValueError):
            raise Trouble(reasons.error("the authority to trust for it is no PEM certificate")) from None
    return context
