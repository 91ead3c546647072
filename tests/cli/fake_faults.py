"""What reached the fake server, and what it is told to do wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Request:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Json | None


@dataclass
class Faults:
    """What goes wrong, and how often or after how much."""

    answers: dict[tuple[str, str], tuple[int, str, str]] = field(default_factory=dict)
    """(method, path) → (status, content type, body), answered in place of the real answer."""
    location: str = ""
    """The Location header of those answers."""
    retry_after: str = ""
    """The Retry-After header of those answers."""
    lost_answers: int = 0
    """So many next requests are carried out, and their connection cut before the answer."""
    pieces_per_stream: int | None = None
    """Each stream is cut in the middle of the piece after so many; a piece is an event, or log entries."""
    lines_per_piece: int = 1
    """So many log entries are sent in one piece, where there are so many."""
    no_chunks: bool = False
    """Streams are sent without chunks, as through a proxy that speaks HTTP/1.0."""
    no_streams: bool = False
    """Every stream is refused with 503 too_many_streams."""
    silent: bool = False
    """Requests are read and never answered."""
    never_answered: str = ""
    """Requests for this path are read and never answered."""
    on_stream: Callable[[], None] = lambda: None
    """Called when a stream opens."""
    before_answer: Callable[[], None] = lambda: None
    """Called before each request is answered."""
    before_put: Callable[[], None] = lambda: None
    """Called before the next PUT is carried out, and not again."""
