"""What names a server and signs in to it: the parts, checked."""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pvdify.errors import UsageError

_URL_NEXT = "As in https://your-server:9443; so in export PVDIFY_URL=https://your-server:9443"
_WITHOUT_SCHEME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?/?", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """A server, and what signs in to it.

    Args:
        url: The server's URL, with no slash at its end.
        token: The token; empty for none.
        ca_file: The PEM file to trust, if one is named.
        fingerprint: The SHA-256 of the one certificate to trust, as 64 hexadecimal digits; empty for none.
        context: The context of this server, if there is one.
        url_from: What the URL comes from, for people.
        ca_from: What the PEM file comes from, for people.
    """

    url: str
    token: str = field(default="", repr=False)
    ca_file: Path | None = None
    fingerprint: str = ""
    context: str = ""
    url_from: str = "PVDIFY_URL"
    ca_from: str = "PVDIFY_CA_FILE"

    @property
    def loopback(self) -> bool:
        """Whether what is sent to the server stays on this machine."""
        return _is_loopback(urlsplit(self.url).hostname or "")


def server_url(text: str, origin: str) -> str:
    """Give a server's URL with no slash at its end; `origin` is where it comes from, for people.

    Raises:
        UsageError: It is none that the token can be sent to.
    """
    return _url(text, origin).geturl().rstrip("/")


def without_path(url: str) -> str:
    """Give a URL's scheme, host and port alone."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _url(text: str, origin: str) -> SplitResult:
    masked = re.sub(r"pvd_[0-9A-Za-z]+", "pvd_…", text)
    shown = repr(masked)
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError as error:
        raise UsageError(f"{origin}: {shown} is not a URL: {error}.", _URL_NEXT) from None
    if url.username is not None or url.password is not None:
        # Not repeated in the message: it may hold a secret.
        raise UsageError(
            f"{origin} holds a name or password; the server takes a token only.",
            "Leave it out of the URL; pvdify login asks for the token.",
        )
    if url.scheme not in ("https", "http") or not host or url.query or url.fragment:
        meant = f"Did you mean https://{masked}? " if _WITHOUT_SCHEME.fullmatch(text) else ""
        raise UsageError(f"{origin}: {shown} is not an https:// URL of a server.", f"{meant}{_URL_NEXT}")
    if url.scheme == "http" and not _is_loopback(host):
        raise UsageError(
            f"{origin}: {shown} is plain http, and the token would cross the network readable by others.",
            f"Use https://{url.netloc}; plain http is for this machine alone (127.0.0.1, ::1, localhost).",
        )
    return url._replace(netloc=url.netloc.lower())


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def token(text: str, origin: str) -> str:
    """Give a token as it is sent.

    Raises:
        UsageError: It has characters that no token has; it is not shown.
    """
    if not (text.isascii() and text.isprintable()) or " " in text or not text:
        raise UsageError(
            f"{origin} holds blanks or characters that no token has, or nothing at all.",
            "Give exactly what was printed when it was made: pvd_ and letters and digits.",
        )
    return text


def ca_file(name: str, origin: str) -> Path:
    """Give the PEM file to trust.

    Raises:
        UsageError: It can't be read, or holds no certificate.
    """
    path = Path(os.path.expanduser(name))  # A ~ of nobody stays, and is no file; Path.expanduser raises.
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        reason = "holds no certificate in PEM form"
    except OSError as error:
        reason = f"can't be read: {error.strerror}"
    else:
        return path
    raise UsageError(
        f"{origin}: {name} {reason}.",
        "Name the server's certificate (on the server: tls/certificate.pem in pvdifyd's home), "
        "or leave it out: pvdify login pins the certificate that the server shows.",
    )
