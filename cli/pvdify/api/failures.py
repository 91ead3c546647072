"""Why no answer came from the server, in words a person can act on."""

from __future__ import annotations

import requests
from urllib3 import exceptions as transport

from pvdify.api.settings import Settings
from pvdify.errors import PvdifyError, UnreachableError, UsageError


def worth_another_try(error: requests.RequestException) -> bool:
    """Tell whether the same request may succeed when sent again: the connection failed, not its making."""
    lost = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
    return isinstance(error, lost) and not isinstance(
        error, (requests.exceptions.SSLError, requests.exceptions.ProxyError)
    )


def unreachable(error: requests.RequestException, server: Settings) -> PvdifyError:
    """Give the error to show for a request that was not answered."""
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)):
        return UsageError(f"PVDIFY_URL: {server.url!r} can't be used: {error}.", "Correct PVDIFY_URL.")
    if isinstance(error, requests.exceptions.SSLError):
        return _untrusted(error, server)
    if isinstance(error, requests.exceptions.ProxyError):
        return UnreachableError(
            f"The proxy on the way to {server.url} doesn't let through: {_reason(error)}.",
            "Correct HTTPS_PROXY, or name the server's host in NO_PROXY.",
        )
    return UnreachableError(
        f"The server {server.url} doesn't answer: {_reason(error)}.",
        "Check PVDIFY_URL, and on the server whether pvdifyd runs.",
        maybe_sent=not isinstance(
            _cause(error), (transport.NewConnectionError, transport.ConnectTimeoutError)
        ),
    )


def _untrusted(error: requests.exceptions.SSLError, server: Settings) -> UnreachableError:
    reason = _reason(error)
    if "WRONG_VERSION_NUMBER" in reason or "record layer" in reason:
        return UnreachableError(
            f"The server {server.url} doesn't speak TLS on that port.",
            "Check the port in PVDIFY_URL.",
            may_pass=False,
        )
    if server.ca_file:
        step = f"PVDIFY_CA_FILE is {server.ca_file}: is it this server's certificate, or its issuer's?"
    else:
        step = (
            "Copy tls/certificate.pem from pvdifyd's home on the server, "
            "and export PVDIFY_CA_FILE=/path/to/certificate.pem"
        )
    return UnreachableError(
        f"The TLS certificate of {server.url} is not trusted: {reason}.", step, may_pass=False
    )


def _cause(error: requests.RequestException) -> object:
    """Dig out the first reason from the wrappers that requests and urllib3 put around it."""
    cause: object = error
    while True:
        inner = getattr(cause, "reason", None)
        if not isinstance(inner, Exception):
            arguments = getattr(cause, "args", ())
            inner = next((item for item in arguments if isinstance(item, Exception)), None)
        if inner is None:
            return cause
        cause = inner


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.ConnectTimeout):
        return "no connection within 10 s"
    if isinstance(error, requests.Timeout) or "Read timed out" in str(error):
        return "it took the request, but no answer came in time"
    cause = _cause(error)
    system_reason = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None)
    if isinstance(system_reason, str) and system_reason:
        return system_reason.rstrip(".")
    return _last_part(str(cause)).rstrip(".")


def _last_part(text: str) -> str:
    """`HTTPSConnection(host=…): Failed to establish a new connection: [Errno 111] refused` → `refused`."""
    part = text.rpartition(": ")[2] if "Connection" in text.partition(":")[0] else text
    return part.partition("] ")[2] if part.startswith("[Errno") else part
