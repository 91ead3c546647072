"""Finds out whether a server's certificate can be trusted, before a token is sent to it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import click
import requests

from pvdify.access import fingerprints
from pvdify.api import failures, pinning
from pvdify.api.session import open_session, verification
from pvdify.api.settings import Settings
from pvdify.display.text import visible
from pvdify.display.waiting import waiting_for
from pvdify.errors import ExitCode, PvdifyError, UnreachableError, UsageError

_SECONDS = 10.0
_NO_CERTIFICATE = "0" * 64


@dataclass(frozen=True)
class Known:
    """What is known of a server's certificate before it is asked: a PEM file, or a pinned fingerprint, or neither."""

    ca_file: Path | None = None
    fingerprint: str = ""


def establish(server: Settings, known: Known, wanted: str) -> Settings:
    """Give the server with what its certificate is to be checked against from now on.

    Args:
        server: The server, without a token.
        known: What is known of its certificate.
        wanted: The fingerprint that it must have, as 64 hexadecimal digits; empty where none is given.

    Raises:
        PvdifyError: The certificate can't be trusted, or the person doesn't trust it; no token was sent.
    """
    if not server.url.startswith("https:"):
        return server
    if wanted:
        return _of_fingerprint(server, wanted)
    if known.ca_file is not None:
        return replace(server, ca_file=known.ca_file)
    distrust = _distrust_of_the_system(server)
    if distrust is None:
        return server
    shown = _fingerprint(server)
    if shown != known.fingerprint:
        _confirm(server, shown, known.fingerprint, distrust)
    return replace(server, fingerprint=shown)


def _of_fingerprint(server: Settings, wanted: str) -> Settings:
    shown = _fingerprint(server)
    if shown != wanted:
        raise UnreachableError(
            f"The certificate of {server.url} is not the one of --fingerprint. No token was sent.\n"
            f"--fingerprint: {fingerprints.shown(wanted)}\n"
            f"shown:         {fingerprints.shown(shown)}",
            f"Compare it on the server: {fingerprints.COMPARE}",
            may_pass=False,
        )
    return replace(server, fingerprint=shown)


def _distrust_of_the_system(server: Settings) -> str | None:
    """Give why this system doesn't trust the certificate; None where it does."""
    try:
        _shake_hands(server)
    except requests.exceptions.SSLError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return failures.reason(error)
        raise failures.unreachable(error, server) from error
    except requests.RequestException as error:
        raise failures.unreachable(error, server) from error
    return None


def _fingerprint(server: Settings) -> str:
    """Learn the certificate's fingerprint in a handshake that ends because it is not the one asked for."""
    try:
        _shake_hands(replace(server, fingerprint=_NO_CERTIFICATE))
    except requests.RequestException as error:
        shown = pinning.shown_instead(error)
        if shown is None:
            raise failures.unreachable(error, server) from error
        return shown
    raise AssertionError("no certificate has that fingerprint")


def _shake_hands(server: Settings) -> None:
    """Ask for what everybody may see, and pass over the answer."""
    with open_session(server) as session, waiting_for(server.url):
        session.get(
            f"{server.url}/health",
            allow_redirects=False,
            timeout=_SECONDS,
            verify=verification(server),
            stream=True,
        ).close()


def _confirm(server: Settings, shown: str, pinned: str, distrust: str) -> None:
    """Have a person compare the fingerprint."""
    changed = (
        f"WARNING: the certificate of {server.url} has changed. It may be an attack: who is in between could read\n"
        "your token and all that you send.\n"
        f"pinned:    {fingerprints.shown(pinned)}\n"
        f"shown now: {fingerprints.shown(shown)}"
    )
    new = (
        f"This system doesn't trust the certificate of {server.url}: {distrust}.\n"
        f"Its SHA-256 fingerprint: {fingerprints.shown(shown)}"
    )
    text = changed if pinned else new
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            f"{text}\nThere is no terminal to ask on whether it is the right one. No token was sent.",
            f"Compare it on the server: {fingerprints.COMPARE}\n"
            f"Where it is the same, sign in with --fingerprint {fingerprints.shown(shown)}",
        )
    for line in [*text.split("\n"), f"On the server, this shows it: {fingerprints.COMPARE}"]:
        click.echo(visible(line), err=True)
    if not click.confirm("Is it the same there, and do you trust it from now on?", err=True):
        raise PvdifyError(
            f"The certificate of {server.url} is not trusted. No token was sent, and nothing is kept.",
            f"Compare it on the server: {fingerprints.COMPARE}",
            exit_code=ExitCode.UNREACHABLE,
        )
