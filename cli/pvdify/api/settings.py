"""Which server to talk to, from the environment."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pvdify.errors import ExitCode, PvdifyError, UsageError

_URL_NEXT = "export PVDIFY_URL=https://your-server:9443"


@dataclass(frozen=True)
class Settings:
    """The server's URL (no slash at its end), the token, and the PEM file to trust, if one is named."""

    url: str
    token: str = field(repr=False)
    ca_file: Path | None
    loopback: bool


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises:
        PvdifyError: A variable is missing or can't be used; the error says how to set it.
    """
    url = _url(environment.get("PVDIFY_URL", "").strip())
    return Settings(
        url=url.geturl().rstrip("/"),
        token=_token(environment.get("PVDIFY_TOKEN", "").strip()),
        ca_file=_ca_file(environment.get("PVDIFY_CA_FILE", "").strip()),
        loopback=_is_loopback(url.hostname or ""),
    )


def _url(text: str) -> SplitResult:
    if not text:
        raise UsageError("PVDIFY_URL is not set: pvdify doesn't know which server to talk to.", _URL_NEXT)
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError as error:
        raise UsageError(f"PVDIFY_URL: {text!r} is not a URL: {error}.", _URL_NEXT) from None
    if url.username is not None or url.password is not None:
        # Not repeated in the message: it may hold a secret.
        raise UsageError(
            "PVDIFY_URL holds a name or password; the server takes a token only.",
            "Leave it out of the URL, and set PVDIFY_TOKEN.",
        )
    if url.scheme not in ("https", "http") or not host or url.query or url.fragment:
        raise UsageError(f"PVDIFY_URL: {text!r} is not an https:// URL of a server.", _URL_NEXT)
    if url.scheme == "http" and not _is_loopback(host):
        raise UsageError(
            f"PVDIFY_URL: {text!r} is plain http, and the token would cross the network readable by others.",
            f"Use https://{url.netloc}; plain http is for this machine alone (127.0.0.1, ::1, localhost).",
        )
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _token(token: str) -> str:
    if not token:
        raise PvdifyError(
            "PVDIFY_TOKEN is not set: you are not signed in.",
            "Make a token on the server (pvdifyd token create), then: export PVDIFY_TOKEN=pvd_…",
            exit_code=ExitCode.REFUSED,
        )
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise UsageError(
            "PVDIFY_TOKEN holds blanks or characters that no token has.",
            "Set it again, to exactly what pvdifyd token create printed.",
        )
    return token


def _ca_file(name: str) -> Path | None:
    if not name:
        return None
    path = Path(name).expanduser()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        reason = "holds no certificate in PEM form"
    except OSError as error:
        reason = f"can't be read: {error.strerror}"
    else:
        return path
    raise UsageError(
        f"PVDIFY_CA_FILE: {name} {reason}.",
        "Name the server's certificate (on the server: tls/certificate.pem in pvdifyd's home), or unset it.",
    )
