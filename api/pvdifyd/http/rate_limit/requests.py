"""Counting each request once: for its token, or for the address of who brings none."""

from __future__ import annotations

from flask import Response, current_app, g, request

from pvdifyd.errors import TooManyRequestsError
from pvdifyd.http.access.declared import access_of
from pvdifyd.http.access.sign_in_limit import network_of
from pvdifyd.http.authentication import caller
from pvdifyd.http.rate_limit.quota import WINDOW, Quota
from pvdifyd.http.services import services

TOKEN = "token"
ADDRESS = "address"


def count_for_address() -> None:
    """Count a request that no token is looked up for; raises TooManyRequestsError. To be called before every request,
    ahead of signing in. Who brings a wrong token is held back by the limit on sign-ins instead."""
    if _asks_without_token():
        _count(ADDRESS)


def count_for_token() -> None:
    """Count a request of a token; raises TooManyRequestsError. To be called before every request, after signing in."""
    if "token" in g:
        _count(TOKEN)


def tell(answer: Response) -> Response:
    """Add what is left to the answer, in the fields of draft-ietf-httpapi-ratelimit-headers. To be called after every
    request."""
    if "quota" not in g:
        # Refused before anybody counted it.
        _take(ADDRESS)
    policy, state = g.quota
    answer.headers["RateLimit-Policy"] = f'"{policy}";q={_quota().per_minute};w={WINDOW}'
    answer.headers["RateLimit"] = f'"{policy}";r={state.remaining};t={state.seconds}'
    return answer


def _asks_without_token() -> bool:
    if request.endpoint is None:
        return "Authorization" not in request.headers
    access = access_of(current_app, request.endpoint, request.method)
    return "Authorization" not in request.headers or (access is not None and access.scope is None)


def _count(policy: str) -> None:
    if _take(policy):
        return
    seconds = g.quota[1].seconds
    services().metrics.requests_limited.labels(policy).inc()
    whose = f"The token {caller().name} asks" if policy == TOKEN else "Your address asks"
    raise TooManyRequestsError(
        f"{whose} too often: {_quota().per_minute} requests a minute may be made (PVDIFYD_REQUESTS_PER_MINUTE). "
        f"Come back in {seconds} s.",
        retry_after=seconds,
    )


def _take(policy: str) -> bool:
    who = caller().id if policy == TOKEN else network_of(request.remote_addr or "")
    g.quota = policy, _quota().take((policy, who))
    return bool(g.quota[1].granted)


def _quota() -> Quota:
    return services().quota
