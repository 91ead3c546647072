"""Talks to the server: one session, one place where requests are sent and answers are judged."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

import requests

from pvdify.access import choice
from pvdify.api import answers, failures, near_apps
from pvdify.api.pauses import patient
from pvdify.api.session import open_session, verification
from pvdify.api.settings import Settings
from pvdify.api.stream import Stream
from pvdify.display.waiting import waiting_for
from pvdify.errors import ExitCode, PvdifyError, UnreachableError

Json = dict[str, Any]

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 30.0
# The server sends a heartbeat at least every 15 s.
_STREAM_SILENCE_SECONDS = 45.0
# How long the names of apps are waited for, where they are only a help.
_HELP_SECONDS = 1.0
_PAGE = 100


class Tagged(NamedTuple):
    """A resource, and the tag of the state it was read in, for `If-Match`."""

    content: Json
    tag: str


class Client:
    """The API of one server.

    Its methods raise `PvdifyError` for a problem answer and `UnreachableError` for none.
    """

    def __init__(self, server: Settings) -> None:
        self._server = server
        self._session = open_session(server)
        self._answered: tuple[str | int, ...] = ()

    @classmethod
    def from_environment(cls) -> Client:
        """Make a client of the server that the environment names, or --context, or the current context."""
        return cls(choice.server())

    def address(self, *path: str | int) -> str:
        """Give the URL of a path of the API."""
        return "/".join([self._server.url, "api/v1", *(quote(str(segment), safe="") for segment in path)])

    def get(self, *path: str | int) -> Json:
        """Read one resource."""
        return answers.document(self._send("GET", path))

    def get_tagged(self, *path: str | int) -> Tagged:
        """Read one resource with its tag."""
        response = self._send("GET", path)
        return Tagged(answers.document(response), response.headers.get("ETag", ""))

    @property
    def server(self) -> Settings:
        """The server, and what signs in to it."""
        return self._server

    def post(self, *path: str | int, body: Json) -> Json:
        """Ask for something to be made or done."""
        return answers.document(self._once("POST", path, json=body))

    def post_unrepeated(self, *path: str | int, body: Json) -> Json:
        """Ask for something whose answer is given only once: without an answer it is not sent again."""
        return answers.document(self._once("POST", path, json=body, attempts=1))

    def patch(self, *path: str | int, body: Json) -> tuple[Json, int | None]:
        """Change the given fields of a resource; give it, and the operation that this started, if it did."""
        response = self._change("PATCH", path, json=body, attempts=1)
        return answers.document(response), answers.operation(response)

    def put(self, *path: str | int, body: Json, tag: str = "") -> Json:
        """Set a resource, or what is given of it; with a tag only if it still is in that state.

        Raises:
            PvdifyError: Besides others, with the code `precondition_failed`: it is in another state.
        """
        # As UTF-8 it fits the server's limit where escapes would make it three times as long.
        content = json.dumps(body, ensure_ascii=False).encode("utf-8")
        headers = {"Content-Type": "application/json", **({"If-Match": tag} if tag else {})}
        return answers.document(self._once("PUT", path, data=content, headers=headers))

    def declare(self, *path: str | int, body: Json, tag: str | None) -> tuple[Json, int | None]:
        """Make a resource match its whole definition; give it, and the operation that this started, if it did.

        Args:
            path: The path to the resource.
            body: The definition.
            tag: Of the state that the resource was read in, so that no other one is changed; None: only if there
                still is no such resource.

        Raises:
            PvdifyError: Besides others, with the code `precondition_failed`: it is in another state.
        """
        condition = {"If-None-Match": "*"} if tag is None else {"If-Match": tag} if tag else {}
        response = self._once("PUT", path, json=body, headers=condition)
        return answers.document(response), answers.operation(response)

    def delete(self, *path: str | int) -> Json:
        """Ask for a resource's removal, and give what the server answers."""
        return answers.document(self._once("DELETE", path))

    def remove(self, *path: str | int, query: Mapping[str, str] | None = None) -> None:
        """Remove a resource."""
        self._once("DELETE", path, params=query)

    def whole(self, *path: str | int, query: Mapping[str, str]) -> list[Json]:
        """Read a list that has no pages."""
        return answers.items(self._send("GET", path, params=query))

    def list(
        self,
        *path: str | int,
        query: Mapping[str, str] | None = None,
        limit: int | None = None,
        silence: float | None = None,
    ) -> list[Json]:
        """Read a list, page by page, whole or its first `limit` items; `silence` is in seconds, for each page."""
        items: list[Json] = []
        number = 1
        while True:
            parameters = {**(query or {}), "page": str(number), "page_size": str(min(_PAGE, limit or _PAGE))}
            response = self._send("GET", path, params=parameters, silence=silence)
            items += answers.items(response)
            if limit is not None and len(items) >= limit:
                return items[:limit]
            if number >= answers.last_page(response):
                return items
            number += 1

    def stream(
        self, *path: str | int, query: Mapping[str, str] | None = None, after: str | int = ""
    ) -> Stream:
        """Open a stream of events, past the one whose id is `after` where it is given.

        Raises:
            UnreachableError: The server doesn't answer.
        """
        headers = {"Accept": "text/event-stream"}
        if after:
            headers["Last-Event-ID"] = str(after)
        response = self._send(
            "GET", path, params=query, headers=headers, stream=True, silence=_STREAM_SILENCE_SECONDS
        )
        answers.expect_stream(response)
        return Stream(response, self._server)

    def _once(
        self,
        method: str,
        path: tuple[str | int, ...],
        *,
        headers: Mapping[str, str] | None = None,
        **keywords: Any,
    ) -> requests.Response:
        """Send what must not be done twice: when no answer comes, it is sent again with the same key."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return self._change(method, path, headers={**key, **(headers or {})}, **keywords)

    def _change(self, method: str, path: tuple[str | int, ...], **keywords: Any) -> requests.Response:
        """Send what changes something; without an answer, nobody here knows whether it did."""
        try:
            return self._send(method, path, **keywords)
        except UnreachableError as error:
            if error.maybe_sent:
                error.next_step = "The server may have taken it all the same: look before you ask again."
            raise
        except KeyboardInterrupt:
            raise PvdifyError(
                "Interrupted before the server answered. It may have taken it all the same.",
                "pvdify operations shows what goes on.",
                exit_code=ExitCode.INTERRUPTED,
            ) from None

    def _send(
        self,
        method: str,
        path: tuple[str | int, ...],
        *,
        silence: float | None = None,
        attempts: int = 2,
        **keywords: Any,
    ) -> requests.Response:
        send = partial(
            self._session.request,
            method,
            self.address(*path),
            allow_redirects=False,
            timeout=(_CONNECT_SECONDS, silence or _ANSWER_SECONDS),
            verify=verification(self._server),
            **keywords,
        )
        for attempt in range(1, attempts + 1):
            try:
                with waiting_for(self._server.url):
                    response = patient(send)
            except requests.RequestException as error:
                if attempt == attempts or not failures.worth_another_try(error):
                    raise failures.unreachable(error, self._server) from error
            else:
                self._judge(response, path)
                return response
        raise AssertionError("every attempt returns or raises")

    def _judge(self, response: requests.Response, path: tuple[str | int, ...]) -> None:
        try:
            answers.expect_success(response, self._server)
        except PvdifyError as error:
            # An app that has answered before is not mistyped; it is gone.
            if path[:2] != self._answered:
                near_apps.suggest(error, path, self.names_of_apps)
            raise
        self._answered = path[:2]

    def names_of_apps(self) -> Sequence[str]:
        """Give the names of the apps, as a help for people: without a right answer in a moment there are none."""
        try:
            return [str(app.get("name")) for app in self.list("apps", silence=_HELP_SECONDS)]
        except PvdifyError:
            return []
