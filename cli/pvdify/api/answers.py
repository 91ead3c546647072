"""Judges the server's answers: what was asked for, or the problem as an error a person can act on."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import requests

from pvdify.api import next_steps
from pvdify.api.settings import Settings, without_path
from pvdify.display.text import word
from pvdify.errors import ExitCode, PvdifyError

_EXIT_CODES = {
    400: ExitCode.INVALID_INPUT,
    401: ExitCode.REFUSED,
    403: ExitCode.REFUSED,
    404: ExitCode.NOT_FOUND,
    409: ExitCode.CONFLICT,
    412: ExitCode.CONFLICT,
    415: ExitCode.INVALID_INPUT,
    422: ExitCode.INVALID_INPUT,
    429: ExitCode.REFUSED,
}

_OPERATION = re.compile(r"/operations/([1-9][0-9]{0,17})\Z", re.ASCII)


def expect_success(response: requests.Response, server: Settings) -> None:
    """Raise the problem that an answer of this server tells of, if it does.

    Raises:
        PvdifyError: The server refused or failed, or the answer is a redirect or not pvdifyd's.
    """
    if 200 <= response.status_code < 300:
        return
    if 300 <= response.status_code < 400:
        raise PvdifyError(
            f"The server redirects to {response.headers.get('Location', 'somewhere else')}, "
            "where the token is not sent.",
            "If that is your server, set PVDIFY_URL to it, or sign in there: pvdify login --url URL",
            exit_code=ExitCode.SERVER_ERROR,
        )
    problem = _json(response)
    known = isinstance(problem, dict) and "code" in problem
    error = _problem(problem, response) if known else _foreign(response)
    # pvdifyd has nothing at an address that begins with more than its host.
    if response.status_code == 404 and error.code in (None, "not_found") and urlsplit(server.url).path:
        error.next_step = f"Leave the path out of {server.url_from}: {without_path(server.url)}"
    raise error


def document(response: requests.Response) -> dict[str, Any]:
    """Give the JSON object an answer holds."""
    content = _json(response)
    if not isinstance(content, dict):
        raise _foreign(response)
    return content


def items(response: requests.Response) -> list[dict[str, Any]]:
    """Give the JSON objects of a list."""
    content = _json(response)
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise _foreign(response)
    return content


def last_page(response: requests.Response) -> int:
    """Give the number of a list's last page, from its X-Pagination; 1 without one."""
    try:
        pages = json.loads(response.headers.get("X-Pagination", "{}")).get("total_pages", 1)
    except (ValueError, AttributeError):
        raise _foreign(response) from None
    return pages if isinstance(pages, int) else 1


def operation(response: requests.Response) -> int | None:
    """Give the number of the operation that a 202 names in its Location; None for any other answer."""
    if response.status_code != 202:
        return None
    named = _OPERATION.search(response.headers.get("Location", ""))
    if named is None:
        raise _foreign(response)
    return int(named[1])


def expect_stream(response: requests.Response) -> None:
    """Raise `PvdifyError` unless the answer is a stream of events."""
    if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
        raise _foreign(response)


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except requests.exceptions.JSONDecodeError:
        return None


def _problem(problem: dict[str, Any], response: requests.Response) -> PvdifyError:
    code, status = str(problem["code"]), response.status_code
    message = str(problem.get("detail") or problem.get("title") or code)
    fields = [item for item in problem.get("errors") or [] if isinstance(item, dict)]
    rules = [word(item.get("rule")) for item in fields]
    lines = [_field(item) for item in fields]
    # Where the fields tell all that the detail tells, it isn't told twice.
    if not fields or any(word(item.get("message")) not in message for item in fields):
        lines.insert(0, message)
    if status >= 500 and problem.get("request_id"):
        lines[0] += f" (request {problem['request_id']})"
    wait = response.headers.get("Retry-After", "")
    if wait.isdigit() and f"{wait} s" not in lines[0]:
        lines[0] += f" It can be tried again in {wait} s."
    return PvdifyError(
        "\n".join(lines),
        str(problem.get("next_step") or next_steps.for_problem(code, status, rules)),
        exit_code=_exit_code(status),
        code=code,
        problem=problem,
        may_pass=status >= 500 or code == "too_many_requests",
    )


def _field(error: dict[str, Any]) -> str:
    """`bind_port: 70000: must be 3000 to 19999` out of one entry of a problem's `errors`."""
    name = word(error.get("field"), "body")
    message = word(error.get("message") or error.get("rule"))
    # A message that begins with a quote has the value in it.
    if error.get("value") is None or message.startswith(('"', "'")):
        return f"{name}: {message}"
    return f"{name}: {_short(error['value'])}: {message}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _exit_code(status: int) -> ExitCode:
    return _EXIT_CODES.get(status, ExitCode.SERVER_ERROR if status >= 500 else ExitCode.INVALID_INPUT)


def _foreign(response: requests.Response) -> PvdifyError:
    """The answer is none of pvdifyd's: a proxy's page, or another program at that address."""
    kind = response.headers.get("Content-Type", "no content type")
    found_nothing = response.status_code == 404
    return PvdifyError(
        f"{response.url} didn't answer as pvdifyd does: status {response.status_code}, {kind}.",
        "Check that the server's URL (PVDIFY_URL; pvdify contexts) is a pvdifyd's, and what stands before it.",
        exit_code=ExitCode.NOT_FOUND if found_nothing else ExitCode.SERVER_ERROR,
        may_pass=response.status_code >= 500,
    )
