"""Opens the session that requests are sent in: who asks, and whom it trusts."""

from __future__ import annotations

import os

import requests
from requests.auth import AuthBase

from pvdify.api.pinning import PinnedAdapter
from pvdify.api.settings import Settings
from pvdify.errors import UsageError
from pvdify.version import version

# What requests takes for the system's trust where they are set.
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class _Bearer(AuthBase):
    """The token, as an `auth` of requests: a `.netrc` entry for the host would replace a plain header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def open_session(server: Settings) -> requests.Session:
    """Open a session with a server."""
    session = requests.Session()
    session.auth = _Bearer(server.token)
    session.headers["User-Agent"] = f"pvdify/{version()}"
    # Asked for any kind of answer, the server gives an operation's events as an endless stream.
    session.headers["Accept"] = "application/json"
    # A proxy named by the environment has no business with what stays on this machine.
    session.trust_env = not server.loopback
    if server.fingerprint:
        session.mount("https://", PinnedAdapter(server.fingerprint))
    return session


def verification(server: Settings) -> bool | str:
    """Give the `verify` of requests: what a certificate is checked against.

    Raises:
        UsageError: A variable of requests names a file that is not there.
    """
    if server.fingerprint:
        return False  # The fingerprint says it all.
    if server.ca_file:
        return str(server.ca_file)
    # The first that is set counts for requests, and no other one is looked at.
    variable = next((name for name in _BUNDLES if os.environ.get(name)), None)
    if variable is not None and not server.loopback and not os.path.exists(os.environ[variable]):
        raise UsageError(
            f"{variable}: {os.environ[variable]} is not there.", f"unset {variable}, or name a PEM file."
        )
    return True
