"""Holding a request against the scope and the apps of its token."""

from __future__ import annotations

from typing import TypeVar

from flask import current_app, g, request
from peewee import Field, Model, ModelSelect

from pvdifyd.errors import ForbiddenError, shown
from pvdifyd.http.access.declared import Access, Reach, access_of
from pvdifyd.http.authentication import caller
from pvdifyd.models import Operation
from pvdifyd.models.token import ADMIN, SCOPES
from pvdifyd.operations import find

Row = TypeVar("Row", bound=Model)


def authorise() -> None:
    """Raises ForbiddenError(forbidden, app_forbidden). To be called before every request, after its token was found."""
    if request.endpoint is None or "token" not in g:
        return
    access = access_of(current_app, request.endpoint, request.method)
    # An application with a route that declares nothing was never made.
    assert access is not None
    assert access.scope is not None
    if access.reach is Reach.APP:
        # For the audit log, whatever is refused first.
        g.about_app = (request.view_args or {})["name"]
    require_scope(access.scope)
    _require_reach(access)


def require_app(name: str | None) -> None:
    """Refuse what is about another app than those of the token; None: about all apps.

    Raises ForbiddenError(forbidden, app_forbidden), whether the app exists or not.
    """
    g.about_app = name
    if name is None:
        require_all_apps("this belongs to no single app")
        return
    apps = caller().apps
    if apps is None or name in apps:
        return
    raise ForbiddenError(
        f"The token {caller().name} is not for the app {shown(name)}: it is for {', '.join(apps)}. Use another token, "
        f"or have one made: `pvdify tokens:create NAME --scope {caller().scope} --app APP`.",
        code="app_forbidden",
    )


def require_all_apps(reason: str) -> None:
    """Refuse a token that is for some apps alone. For a view with a part that is about more than its app; reason: a
    clause that says so.

    Raises ForbiddenError(forbidden).
    """
    token = caller()
    if token.apps is not None:
        raise ForbiddenError(
            f"The token {token.name} is for {', '.join(token.apps)} alone, and {reason}. Use a token for all apps."
        )


def may_see(name: str) -> bool:
    """Whether the token may know of the app of this name."""
    return caller().apps is None or name in caller().apps


def visible(rows: ModelSelect[Row], app_name: Field) -> ModelSelect[Row]:
    """Those of the rows that the token may see, by the name of their app."""
    apps = caller().apps
    return rows if apps is None else rows.where(app_name.in_(apps))


def require_scope(needed: str) -> None:
    """Raises ForbiddenError(forbidden). For a view with a part that wants more than its route."""
    token = caller()
    if SCOPES.index(token.scope) < SCOPES.index(needed):
        raise ForbiddenError(
            f"This needs a token of scope {needed}, and {token.name} has scope {token.scope}. Use another token, or "
            f"have one made: `pvdify tokens:create NAME --scope {needed}`."
        )


def _require_reach(access: Access) -> None:
    arguments = request.view_args or {}
    match access.reach:
        case Reach.APP:
            require_app(arguments["name"])
        case Reach.APPS:
            if "app" in request.args:
                require_app(request.args["app"])
        case Reach.OPERATION:
            _require_operation(find.operation(arguments["number"]))
        case Reach.ALL:
            require_app(None)
        case Reach.ASKED_APP | Reach.NO_APP:
            pass


def _require_operation(operation: Operation) -> None:
    """One of a whole host is for whoever may do everything, but for looking at it."""
    require_app(operation.app_name or None)
    if not operation.app_name and request.method not in ("GET", "HEAD", "OPTIONS"):
        require_scope(ADMIN)
