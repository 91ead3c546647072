"""An open stream of server-sent events, read in the batches that it comes in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import cast

import requests
from urllib3.exceptions import HTTPError

from pvdify.api import failures, sse
from pvdify.api.settings import Settings
from pvdify.errors import UnreachableError


class Stream:
    """A stream that the server has opened.

    Args:
        response: The answer, its body not yet read.
        server: Where it came from, for what is said when it breaks.
    """

    def __init__(self, response: requests.Response, server: Settings) -> None:
        self._response = response
        self._server = server
        self._parser = sse.Parser()

    @property
    def last_id(self) -> str:
        """The id to resume after; empty while none came."""
        return self._parser.last_id

    @property
    def opened(self) -> datetime | None:
        """When it was opened, by the server's clock, to a second; None where the server doesn't tell."""
        try:
            return parsedate_to_datetime(self._response.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return None

    def batches(self) -> Iterator[list[sse.Message]]:
        """Give the messages that each piece of the stream completes, as it comes, until the server ends it.

        Raises:
            UnreachableError: The stream broke, or said nothing for too long.
        """
        try:
            for chunk in self._chunks():
                yield self._parser.feed(chunk)
        except requests.RequestException as error:
            raise failures.unreachable(error, self._server) from error
        except ValueError as error:
            raise UnreachableError(f"The event stream of {self._server.url} is broken: {error}.") from error
        finally:
            self._response.close()

    def _chunks(self) -> Iterator[bytes]:
        """Give what has come whenever something has; a read of a fixed size would wait until it is full."""
        raw = self._response.raw
        if getattr(raw, "chunked", False):
            yield from cast(Iterator[bytes], self._response.iter_content(chunk_size=None))
        elif hasattr(raw, "read1"):  # A proxy that speaks HTTP/1.0 takes the chunks away.
            try:
                while chunk := raw.read1(decode_content=True):
                    yield chunk
            except HTTPError as error:
                raise requests.ConnectionError(error) from error
        else:
            yield from cast(Iterator[bytes], self._response.iter_content(chunk_size=1))
