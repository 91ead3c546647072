"""GET /docs: a page of ours that draws the OpenAPI document, with nothing from elsewhere."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Response

from pvdifyd.errors import NotFoundError
from pvdifyd.http import access

# Nothing may be loaded or reached but what this server serves.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'"

_FILES = files("pvdifyd.http.documentation")
_PAGE = _FILES.joinpath("page.html").read_bytes()
_ASSETS = {
    "page.js": ("text/javascript", _FILES.joinpath("page.js").read_bytes()),
    "page.css": ("text/css", _FILES.joinpath("page.css").read_bytes()),
}

blueprint = Blueprint("documentation", __name__, url_prefix="/api/v1/docs")


@blueprint.get("")
@access.open_to_all
def page() -> Response:
    """The page."""
    return _answer("text/html", _PAGE)


@blueprint.get("/<string:name>")
@access.open_to_all
def asset(name: str) -> Response:
    """The page's script and style."""
    if name not in _ASSETS:
        raise NotFoundError("The documentation has no such file.")
    return _answer(*_ASSETS[name])


def _answer(mimetype: str, content: bytes) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-cache"
    return answer
