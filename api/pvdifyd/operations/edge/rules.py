"""What the settings of an edge may be."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509

from pvdifyd.errors import RuleError, shown

ENDPOINT = "https://api.cloudflare.com/client/v4"
MANAGEMENTS = ("local", "remote")
TLS = ("report", "set")
WAYS = ("package", "binary", "present")
CERTIFICATES = ("automatic", "internal")

# What apps and their instances have, and nothing else may.
APPS_PORTS = (3000, 32767)
METRICS_PORTS = (1024, 65535)
METRICS_PORT = 2999

TOKEN_LIMIT = 1024
CREDENTIALS_LIMIT = 16384
URL_LIMIT = 2048
AUTHORITY_LIMIT = 65536
EMAIL_LIMIT = 254

# The API's description has these too.
ACCOUNT = re.compile(r"[0-9a-f]{32}", re.ASCII)
TUNNEL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
VERSION = re.compile(r"[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,4}", re.ASCII)
TOKEN = re.compile(r"[!-~]+", re.ASCII)
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
# A host, a port, and a path of visible ASCII in which nothing has to be quoted, and no query begins.
HTTPS_URL = re.compile(
    r"https://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[!$-&(-;=@-\[\]-~]*)?", re.ASCII
)

# What a tunnel's token has, and what the same is called in a credentials file.
_OF_TOKEN = {"a": "AccountTag", "t": "TunnelID", "s": "TunnelSecret"}


def check_account_id(text: str) -> None:
    """Raises RuleError(account_id)."""
    if ACCOUNT.fullmatch(text) is None:
        raise RuleError("account_id", f"{shown(text)} is no account's id: 32 of 0-9 and a-f.")


def check_tunnel_id(text: str) -> None:
    """Raises RuleError(tunnel_id)."""
    if TUNNEL.fullmatch(text) is None:
        raise RuleError(
            "tunnel_id", f"{shown(text)} is no tunnel's id: a UUID, as `cloudflared tunnel list` shows it."
        )


def check_https_url(text: str) -> None:
    """Raises RuleError(https_url)."""
    try:
        # It knows which IPv6 address and which port there can be.
        good = HTTPS_URL.fullmatch(text) is not None and urlsplit(text).port != 0
    except ValueError:
        good = False
    if not good or len(text) > URL_LIMIT:
        raise RuleError(
            "https_url",
            "It must be an address that begins with https://, without a login, a query or a fragment.",
        )


def check_authority(text: str) -> None:
    """Raises RuleError(authority)."""
    try:
        if len(text) > AUTHORITY_LIMIT:
            raise ValueError
        x509.load_pem_x509_certificates(text.encode("ascii"))
    except ValueError:
        raise RuleError(
            "authority", "It holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----."
        ) from None


def check_metrics_port(port: int) -> None:
    """Raises RuleError(metrics_port)."""
    if not METRICS_PORTS[0] <= port <= METRICS_PORTS[1] or APPS_PORTS[0] <= port <= APPS_PORTS[1]:
        raise RuleError(
            "metrics_port",
            f"{port} can't be the port of metrics: 1024 to 2999, or 32768 to 65535. What is between is "
            "for apps and their instances.",
        )


def check_sha256(text: str) -> None:
    """Raises RuleError(sha256)."""
    if SHA256.fullmatch(text) is None:
        raise RuleError("sha256", f"{shown(text)} is no SHA-256: 64 of 0-9 and a-f.")


def check_version(text: str) -> None:
    """Raises RuleError(cloudflared_version)."""
    if VERSION.fullmatch(text) is None:
        raise RuleError(
            "cloudflared_version", f"{shown(text)} is no version of cloudflared, as 2026.8.2 is one."
        )


def check_email(text: str) -> None:
    """Raises RuleError(email)."""
    if EMAIL.fullmatch(text) is None or len(text) > EMAIL_LIMIT:
        raise RuleError("email", f"{shown(text)} is no e-mail address, as admin@example.com is one.")


def check_token(text: str) -> None:
    """Raises RuleError(cloudflare_token), which does not repeat it."""
    if TOKEN.fullmatch(text) is None or len(text) > TOKEN_LIMIT:
        raise RuleError(
            "cloudflare_token",
            f"A token of Cloudflare's has 1 to {TOKEN_LIMIT} visible characters of ASCII, and no line break. One that "
            "is read from a file often ends with a line break: leave that out.",
        )


def credentials_of(text: str) -> dict[str, Any]:
    """What a tunnel's credentials say: the content of the file that `cloudflared tunnel create` wrote, or the tunnel's
    token, which has the same. Raises RuleError(tunnel_credentials), which does not repeat it."""
    found = _parsed(text.strip()) if len(text) <= CREDENTIALS_LIMIT else None
    if found is None or not all(
        isinstance(found.get(name), str) and found[name] for name in _OF_TOKEN.values()
    ):
        raise RuleError(
            "tunnel_credentials",
            "Those are no credentials of a tunnel: the content of the JSON file that `cloudflared tunnel create` "
            "wrote, with AccountTag, TunnelID and TunnelSecret, or the tunnel's token.",
        )
    return found


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        if text.startswith("{"):
            found = json.loads(text)
        else:
            inside = json.loads(base64.b64decode(text, validate=True))
            found = {name: inside.get(short) for short, name in _OF_TOKEN.items()}
    except (ValueError, AttributeError, RecursionError, binascii.Error):
        return None
    return found if isinstance(found, dict) else None
