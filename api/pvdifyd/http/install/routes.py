"""GET /install.sh and the wheel that it takes; they need no token, since who has none yet installs it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.resources import files
from typing import Any

from flask import Response, request
from flask.views import MethodView

from pvdifyd.errors import NotFoundError
from pvdifyd.http import access
from pvdifyd.http.blueprint import Blueprint
from pvdifyd.http.install import address, wheel
from pvdifyd.http.install.wheel import Wheel

# A browser shows it; nothing runs it but who means to.
SCRIPT_TYPE = "text/plain"
WHEEL_TYPE = "application/octet-stream"

_SCRIPT = files("pvdifyd.http.install").joinpath("install.sh").read_text(encoding="utf-8")
_SCRIPT_DOCUMENTED: dict[str, Any] = {"type": "string"}
_WHEEL_DOCUMENTED: dict[str, Any] = {"type": "string", "format": "binary"}

blueprint = Blueprint(
    "install", __name__, description="The command line, for whoever will talk to this server"
)


def _installed() -> Wheel | None:
    try:
        return wheel.build()
    except PackageNotFoundError:
        return None


# Made once, before the API gives up root: its account may have no way into the folders of Python's modules.
WHEEL = _installed()


@blueprint.route("/install.sh")
class Script(MethodView):
    @blueprint.response(200, _SCRIPT_DOCUMENTED, content_type=SCRIPT_TYPE)
    @blueprint.problems(404)
    @access.open_to_all
    def get(self) -> Response:
        """Give a shell script that installs the command line, without root, for who runs it."""
        listening = (request.environ["SERVER_NAME"], request.environ["SERVER_PORT"])
        url = address.url(request.headers.get("Host", ""), listening)
        return Response(_filled_in(url, _wheel()), mimetype=SCRIPT_TYPE)


@blueprint.route("/install/<string:name>")
class File(MethodView):
    @blueprint.response(200, _WHEEL_DOCUMENTED, content_type=WHEEL_TYPE)
    @blueprint.problems(404)
    @access.open_to_all
    def get(self, name: str) -> Response:
        """Give the wheel of the command line that the script names: the one of this server's version."""
        found = _wheel()
        if name != found.name:
            raise NotFoundError(f"This server has {found.name} alone. /install.sh names the one to take.")
        answer = Response(found.content, mimetype=WHEEL_TYPE)
        answer.headers["Cache-Control"] = "no-cache"
        answer.set_etag(found.sha256)
        answer.make_conditional(request)
        return answer


def _wheel() -> Wheel:
    if WHEEL is None:
        raise NotFoundError(
            "This pvdifyd runs from a checkout that was never installed: it has no wheel to give."
        )
    return WHEEL


def _filled_in(url: str, found: Wheel) -> str:
    text = _SCRIPT
    for name, value in {
        "URL": url,
        "VERSION": found.version,
        "WHEEL": found.name,
        "SHA256": found.sha256,
        "PYTHON": ".".join(map(str, found.python)),
    }.items():
        text = text.replace(f"@{name}@", value)
    return text
