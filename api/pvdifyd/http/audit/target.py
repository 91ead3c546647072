"""What a request asked for, as the audit log may keep it for ever: values only where none can be a secret."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from pvdifyd import image_reference, tokens
from pvdifyd.errors import PvdifydError, RuleError, without_login
from pvdifyd.http import body
from pvdifyd.http.access.declared import Reach, access_of
from pvdifyd.operations.audit.chain import canonical

# The places whose values are kept; * is any key. Of all else it is only kept that it was given: of config vars,
# secrets, passwords, commands, and of whatever nobody thought of here.
_SHOWN = frozenset(
    tuple(place.split("."))
    for place in (
        "name",
        "environment",
        "host",
        "image",
        "bind_port",
        "container_port",
        "processes.*",
        "processes.*.count",
        "processes.*.overlap",
        "resources.memory",
        "resources.cpu",
        "healthcheck.interval",
        "healthcheck.timeout",
        "healthcheck.retries",
        "version",
        "code_only",
        "process",
        "instance",
        "restart",
        "app",
        "scope",
        "apps",
        "expires_in",
        "domain",
        "domains",
        "force",
        "kind",
        "cloudflare.account_id",
        "cloudflare.tunnel_id",
        "cloudflare.management",
        "cloudflare.tls",
        "cloudflare.install.way",
        "cloudflare.install.version",
        "caddy.certificates",
    )
)
_MAPS = frozenset({("processes",)})
_LISTS = frozenset({("apps",), ("domains",)})

_IMAGE = ("image",)

HIDDEN = "…"

# Characters of a value, entries of an object or list, levels, and characters of the whole.
TEXT_LIMIT = 200
ENTRY_LIMIT = 50
DEPTH_LIMIT = 3
WHOLE_LIMIT = 8192

# A key that is none may be a value in the wrong place.
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}", re.ASCII)

Place = tuple[str, ...]


def asked() -> dict[str, Any]:
    """What this request asked for: its address's arguments, its query and its body as one object."""
    told = {**_told(_body(), ()), **_told(request.args.to_dict(), ())}
    told = told if len(canonical(told)) <= WHOLE_LIMIT else {"too_large": True}
    return {**told, **_arguments()}


def _arguments() -> dict[str, Any]:
    # An app has a field of its own in the entry.
    access = access_of(current_app, request.endpoint or "", request.method)
    about_app = access is not None and access.reach is Reach.APP
    given = {
        key: value for key, value in (request.view_args or {}).items() if not (about_app and key == "name")
    }
    return {key: _argument(key, value) for key, value in given.items()}


def _argument(key: str, value: Any) -> Any:
    # A token's name may have an @, and no other argument: what stands before one there is a login.
    has_login = isinstance(value, str) and key != "name"
    return _kept(without_login(value) if has_login else value)


def _body() -> Any:
    try:
        data = request.get_data(cache=True)
        return body.read(request.mimetype, data) if data else {}
    except (PvdifydError, HTTPException):
        # What can't be read is not kept; the entry's status says why.
        return {}


def _told(value: Any, place: Place) -> Any:
    if isinstance(value, dict):
        if len(place) == DEPTH_LIMIT:
            return HIDDEN
        told = {
            _key(key): _told(inner, _inside(place, key)) for key, inner in list(value.items())[:ENTRY_LIMIT]
        }
        more = len(value) - ENTRY_LIMIT
        return {**told, **({HIDDEN: f"{more} more"} if more > 0 else {})}
    if not place:
        # No route takes anything but an object.
        return {}
    if value is None:
        return None
    if place not in _SHOWN or (place == _IMAGE and not _is_image(value)):
        return HIDDEN
    if isinstance(value, list) and place in _LISTS:
        return [_kept(one) for one in value[:ENTRY_LIMIT]]
    return _kept(value)


def _is_image(value: Any) -> bool:
    """Whether it is a reference, which has no room for the login that an address may have."""
    try:
        image_reference.parse(value if isinstance(value, str) else "")
    except RuleError:
        return False
    return True


def _inside(place: Place, key: str) -> Place:
    return (*place, "*" if place in _MAPS else key)


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) and not tokens.is_in(key) else HIDDEN


def _kept(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) < 10**12):
        return value
    if isinstance(value, float) and abs(value) < 10**12:
        return value
    if not isinstance(value, str):
        return HIDDEN
    cut = value if len(value) <= TEXT_LIMIT else value[:TEXT_LIMIT] + HIDDEN
    return tokens.masked(cut)
