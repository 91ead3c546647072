"""`pvdify login`."""

from __future__ import annotations

import os
from dataclasses import asdict

import click

from pvdify.access import fingerprints, signed_in, tokens
from pvdify.access.choice import complete_context
from pvdify.access.contexts import Context
from pvdify.access.sign_in import SignedIn, sign_in
from pvdify.arguments import secret_input
from pvdify.command import LocalCommand, json_option
from pvdify.display.output import print_json, print_line
from pvdify.display.text import word
from pvdify.errors import UsageError


@click.command(
    "login",
    cls=LocalCommand,
    examples=(
        "pvdify login --url https://server.example.com:9443",
        "pvdify login",
        "pvdify login --url https://server.example.com:9443 --context staging --ca-file certificate.pem",
        "pvdify login --url https://server.example.com:9443 --fingerprint AA:BB:… --token-stdin < token.txt",
    ),
)
@click.argument("arguments", nargs=-1, metavar="")
@click.option("--url", metavar="URL", help="The server [the current context's; or ask for it].")
@click.option("--token-stdin", is_flag=True, help="Read the token from standard input [ask for it].")
@click.option(
    "--context",
    "name",
    metavar="NAME",
    shell_complete=complete_context,
    help="What to call the server [its host's name].",
)
@click.option("--ca-file", metavar="FILE", help="A PEM file with the certificate to trust, or its issuer's.")
@click.option(
    "--fingerprint", metavar="AA:BB:…", help="Pin the certificate with this SHA-256, without asking."
)
@json_option
def command(
    arguments: tuple[str, ...],
    url: str | None,
    token_stdin: bool,
    name: str | None,
    ca_file: str | None,
    fingerprint: str | None,
    as_json: bool,
) -> None:
    """Sign in to a server.

    The token is asked for unseen, tried at once, and kept in the system's keyring where the extra pvdify[keyring]
    is installed and finds one, else in a file that nobody else can read. The server becomes the current context.

    A certificate that this system doesn't trust has its fingerprint shown: compare it on the server. From then on
    that very certificate is trusted, and no other; when it changes, sign in again.
    """
    _refuse(arguments)
    if ca_file is not None and fingerprint is not None:
        raise UsageError("--ca-file and --fingerprint each say what to trust.", "Leave one of them out.")
    done = sign_in(
        url=url,
        name=name,
        ca_file=ca_file,
        fingerprint=fingerprints.parse(fingerprint, "--fingerprint") if fingerprint is not None else "",
        ask_token=_piped if token_stdin else _asked,
    )
    if as_json:
        print_json(document(done))
    else:
        _tell(done)
    signed_in.warn(done.token)
    _note_environment(done.context)


def document(done: SignedIn) -> dict[str, object]:
    """Give what --json prints: the context, and what the server says of the token."""
    return {"context": asdict(done.context), "whoami": done.token}


def _tell(done: SignedIn) -> None:
    context, token = done
    print_line(f"Signed in to {context.url} as {word(token.get('token'))}.")
    print_line(
        f"scope {word(token.get('scope'))}, {signed_in.apps(token)}, expires: {signed_in.expiry(token)}"
    )
    place = "the system's keyring" if context.token_in == tokens.KEYRING else str(tokens.path(os.environ))
    print_line(f"The token is in {place}; {context.name} is the current context.")


def _note_environment(context: Context) -> None:
    for variable in ("PVDIFY_URL", "PVDIFY_TOKEN", "PVDIFY_CONTEXT"):
        value = os.environ.get(variable, "").strip()
        if value and value not in (context.url, context.name):
            click.echo(
                f"Note: {variable} is set, and counts before what is kept now: unset {variable}", err=True
            )


def _refuse(arguments: tuple[str, ...]) -> None:
    """Show none of them: one may be a token."""
    if not arguments:
        return
    if "://" in arguments[0]:
        raise UsageError("The server's URL is given with --url.", "pvdify login --url URL")
    raise UsageError(
        "login takes no arguments; a token least of all, for it would stand in the shell's history.",
        "pvdify login asks for it, and --token-stdin reads it. Revoke one that was typed here.",
    )


def _piped(url: str) -> str:
    return secret_input.piped("token", "--token-stdin")


def _asked(url: str) -> str:
    return secret_input.asked("token", f"Token for {url}", "--token-stdin").strip()
