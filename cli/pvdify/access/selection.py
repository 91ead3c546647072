"""Which server a command talks to, and as whom: --context, over the environment, over the current context."""

from __future__ import annotations

from collections.abc import Mapping

from pvdify.access import contexts, tokens
from pvdify.access.contexts import Context, Contexts
from pvdify.api import settings
from pvdify.api.settings import Settings
from pvdify.errors import ExitCode, PvdifyError, UsageError

_URL_NEXT = "pvdify login --url https://your-server:9443 (or: export PVDIFY_URL=https://your-server:9443)"
# What the environment may say of one server.
_OF_A_SERVER = ("PVDIFY_URL", "PVDIFY_TOKEN", "PVDIFY_CA_FILE")


def select(environment: Mapping[str, str], option: str | None = None) -> Settings:
    """Find the server and the token.

    A stored token and a pinned certificate are taken for the very URL alone that they were stored for. What --context
    names is taken as a whole: a token of the environment never goes to a server that it may not be meant for.

    Args:
        environment: The process's environment variables.
        option: The context that --context names.

    Raises:
        PvdifyError: No server is named, nobody is signed in to it, or a setting can't be used.
    """
    known = contexts.load(environment)
    if option is not None:
        environment = {name: value for name, value in environment.items() if name not in _OF_A_SERVER}
    chosen = selected(known, environment, option)
    url, url_from, context = _server(environment, known, chosen)
    ca_file, ca_from = _authority(environment, context)
    return Settings(
        url=url,
        url_from=url_from,
        token=_token(environment, url, context, named=option is not None),
        ca_file=settings.ca_file(ca_file, ca_from) if ca_file else None,
        ca_from=ca_from,
        fingerprint="" if ca_file or context is None else context.fingerprint,
        context=context.name if context else "",
    )


def selected(known: Contexts, environment: Mapping[str, str], option: str | None) -> Context | None:
    """Give the context that --context, PVDIFY_CONTEXT or else the current one names; None where there is none.

    Raises:
        UsageError: There is no context of the name that was given.
    """
    variable = environment.get("PVDIFY_CONTEXT", "").strip()
    if option is not None:
        return known.named(option, "--context")
    if variable:
        return known.named(variable, "PVDIFY_CONTEXT")
    return known.by_name.get(known.current)


def _server(
    environment: Mapping[str, str], known: Contexts, chosen: Context | None
) -> tuple[str, str, Context | None]:
    """Give the URL, what it comes from, and the context of that very URL."""
    text = environment.get("PVDIFY_URL", "").strip()
    if text:
        url = settings.server_url(text, "PVDIFY_URL")
        own = chosen is not None and chosen.url == url
        return url, "PVDIFY_URL", chosen if own else known.of_url(url)
    if chosen is None:
        raise UsageError(
            "No server is named: PVDIFY_URL is not set, and there is no current context.",
            "pvdify context NAME chooses one of: " + ", ".join(known.by_name) if known.by_name else _URL_NEXT,
        )
    origin = f"context {chosen.name}"
    return settings.server_url(chosen.url, origin), origin, chosen


def _authority(environment: Mapping[str, str], context: Context | None) -> tuple[str, str]:
    """Give the name of the file to trust (empty for none), and what it comes from."""
    named = environment.get("PVDIFY_CA_FILE", "").strip()
    if named or context is None:
        return named, "PVDIFY_CA_FILE"
    return context.ca_file, f"context {context.name}"


def _token(environment: Mapping[str, str], url: str, context: Context | None, *, named: bool) -> str:
    given = environment.get("PVDIFY_TOKEN", "").strip()
    if given:
        return settings.token(given, "PVDIFY_TOKEN")
    stored = tokens.of(environment, context) if context else ""
    if not stored:
        unset = "" if named else "PVDIFY_TOKEN is not set, and "
        raise PvdifyError(
            f"You are not signed in to {url}: {unset}no token is stored for it.",
            f"Have a token made (on the server: pvdifyd token create), then: {_login(url, context)}",
            exit_code=ExitCode.REFUSED,
        )
    return settings.token(stored, "The stored token")


def _login(url: str, context: Context | None) -> str:
    return f"pvdify login --context {context.name}" if context else f"pvdify login --url {url}"
