"""What a route asks of a token: a scope, and which apps the token must be for. Each view says it with one of these
decorators, directly above its `def`; a route that says nothing is not served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar, cast

from flask import Flask
from flask_smorest import Blueprint
from werkzeug.routing import Rule

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "pvdify_access"

# A library's own view, which can't be decorated: the description of the API, the same for everybody.
_OPEN_ENDPOINTS = frozenset({"api-docs.openapi_json"})

# Flask answers these by itself: HEAD as GET, and OPTIONS with what there is.
_ANSWERED_AS = {"HEAD": "GET", "OPTIONS": "GET"}


class Reach(Enum):
    """What a request is about, and so how it is held against a token's apps."""

    APP = auto()
    APPS = auto()
    ASKED_APP = auto()
    OPERATION = auto()
    ALL = auto()
    NO_APP = auto()


@dataclass(frozen=True)
class Access:
    """scope: the least one that will do, None where no token is asked for."""

    scope: str | None
    reach: Reach


def open_to_all(view: View) -> View:
    """No token is asked for."""
    return _declare(Access(None, Reach.NO_APP))(view)


def of_app(scope: str) -> Callable[[View], View]:
    """The route is about the app whose name is `name` in its address."""
    return _declare(Access(scope, Reach.APP))


def of_apps(scope: str) -> Callable[[View], View]:
    """The route lists things of many apps: the view leaves out those of other apps than the token's (`visible`), and
    an app that the query names must be the token's."""
    return _declare(Access(scope, Reach.APPS))


def of_asked_app(scope: str) -> Callable[[View], View]:
    """The route is about the app that the request names elsewhere: the view asks for it (`require_app`)."""
    return _declare(Access(scope, Reach.ASKED_APP))


def of_operation(scope: str) -> Callable[[View], View]:
    """The route is about the app of the operation whose id is `number` in its address."""
    return _declare(Access(scope, Reach.OPERATION))


def of_all(scope: str) -> Callable[[View], View]:
    """The route is about what belongs to no app, or to all: not for a token that is for some apps alone."""
    return _declare(Access(scope, Reach.ALL))


def of_no_app(scope: str) -> Callable[[View], View]:
    """The route tells of no app, and any token may see it."""
    return _declare(Access(scope, Reach.NO_APP))


def access_of(application: Flask, endpoint: str, method: str) -> Access | None:
    """What the route declares, None where it declares nothing."""
    if endpoint in _OPEN_ENDPOINTS:
        return Access(None, Reach.NO_APP)
    view: Any = application.view_functions[endpoint]
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        view = getattr(view_class, _ANSWERED_AS.get(method, method).lower(), None)
        if view is None and method == "OPTIONS":
            view = next(_views(view_class), None)
    return getattr(view, _ATTRIBUTE, None)


def undeclared(application: Flask) -> list[tuple[str, str]]:
    """Method and address of each route that declares nothing."""
    return [
        (method, rule.rule)
        for rule in application.url_map.iter_rules()
        for method in _methods(rule)
        if access_of(application, rule.endpoint, method) is None
    ]


def check(application: Flask) -> None:
    """Raises RuntimeError for a route that declares nothing: better no API than an open one."""
    missing = ", ".join(f"{method} {path}" for method, path in undeclared(application))
    if missing:
        raise RuntimeError(f"These routes declare no scope (pvdifyd.http.access): {missing}.")


def _declare(access: Access) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        setattr(view, _ATTRIBUTE, access)
        # The description of the API says it too, as the role that the token must have.
        security = [{"token": [access.scope]}] if access.scope is not None else []
        return cast(View, Blueprint.doc(security=security)(view))

    return decorate


def _methods(rule: Rule) -> list[str]:
    return sorted(rule.methods or ())


def _views(view_class: Any) -> Iterator[Any]:
    return (getattr(view_class, method.lower()) for method in sorted(view_class.methods))
