"""Why no answer came from the server, in words a person can act on."""

from __future__ import annotations

from http.client import HTTPException

import requests
from urllib3 import exceptions as transport

from pvdify.access import fingerprints
from pvdify.api import pinning
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
        return UsageError(f"{server.url_from}: {server.url!r} can't be used: {error}.", _correct_url(server))
    if isinstance(error, requests.exceptions.SSLError):
        return _untrusted(error, server)
    if isinstance(error, requests.exceptions.ProxyError):
        return UnreachableError(
            f"The proxy on the way to {server.url} doesn't let through: {reason(error)}.",
            "Correct HTTPS_PROXY, or name the server's host in NO_PROXY.",
        )
    cause = _cause(error)
    return UnreachableError(
        f"The server {server.url} doesn't answer: {reason(error)}.",
        _what_to_check(cause, server),
        maybe_sent=not isinstance(cause, (transport.NewConnectionError, transport.ConnectTimeoutError)),
    )


def _what_to_check(cause: object, server: Settings) -> str:
    if isinstance(cause, transport.NameResolutionError):
        return f"{_correct_url(server)} Where the name is right, see whether this machine has a network."
    # Who speaks TLS ends a connection that doesn't begin with it.
    if server.url.startswith("http:") and isinstance(cause, (ConnectionResetError, HTTPException)):
        return f"{_correct_url(server)} pvdifyd speaks https: {server.url.replace('http:', 'https:', 1)}"
    return f"Check {server.url_from}, and on the server whether pvdifyd runs."


def _untrusted(error: requests.exceptions.SSLError, server: Settings) -> UnreachableError:
    changed_to = pinning.shown_instead(error)
    if changed_to:
        return _changed(changed_to, server)
    why = reason(error)
    if "WRONG_VERSION_NUMBER" in why or "record layer" in why:
        return UnreachableError(
            f"The server {server.url} doesn't speak TLS on that port.",
            f"Check the port in {server.url_from}.",
            may_pass=False,
        )
    if "mismatch" in why:
        step = (
            f"Name the server as its certificate does; or pvdify login --url {server.url} shows its fingerprint, and "
            "pins it, whatever names it has."
        )
    elif server.ca_file:
        step = f"{server.ca_from} is {server.ca_file}: is it this server's certificate, or its issuer's?"
    else:
        step = (
            f"pvdify login --url {server.url} shows its fingerprint, and pins it; or copy tls/certificate.pem from "
            "pvdifyd's home on the server, and export PVDIFY_CA_FILE=/path/to/certificate.pem"
        )
    return UnreachableError(
        f"The TLS certificate of {server.url} is not trusted: {why}.", step, may_pass=False
    )


def _changed(shown: str, server: Settings) -> UnreachableError:
    context = f" --context {server.context}" if server.context else ""
    return UnreachableError(
        f"The certificate of {server.url} is not the one that was pinned. Nothing was sent.\n"
        f"pinned:    {fingerprints.shown(server.fingerprint)}\n"
        f"shown now: {fingerprints.shown(shown)}\n"
        "It may be an attack: who is in between could read your token and all that you send.",
        f"If the server has a new certificate, it shows the same fingerprint there: {fingerprints.COMPARE}\n"
        f"Then accept it by signing in again: pvdify login{context}",
        may_pass=False,
    )


def _correct_url(server: Settings) -> str:
    if server.context and server.url_from != "--url":
        return f"Sign in again, with the right URL: pvdify login --context {server.context} --url URL"
    return f"Correct {server.url_from}."


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


def reason(error: requests.RequestException) -> str:
    """Give why a request was not answered, in a few words."""
    if isinstance(error, requests.ConnectTimeout):
        return "no connection within 10 s"
    if isinstance(error, requests.Timeout) or "Read timed out" in str(error):
        return "it took the request, but no answer came in time"
    cause = _cause(error)
    if isinstance(cause, transport.NameResolutionError):
        return "there is no host of that name"
    system_reason = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None)
    if isinstance(system_reason, str) and system_reason:
        return system_reason.rstrip(".")
    return _last_part(str(cause)).rstrip(".")


def _last_part(text: str) -> str:
    """`HTTPSConnection(host=…): Failed to establish a new connection: [Errno 111] refused` → `refused`."""
    part = text.rpartition(": ")[2] if "Connection" in text.partition(":")[0] else text
    return part.partition("] ")[2] if part.startswith("[Errno") else part
