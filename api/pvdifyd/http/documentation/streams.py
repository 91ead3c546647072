"""Streams of server-sent events, as the description has them: what each event of them is."""

from __future__ import annotations

from typing import Any

MEDIA_TYPE = "text/event-stream"


def of_events(*names: str) -> dict[str, Any]:
    """The schema of each event of a stream of those; its data is JSON."""
    return {
        "description": "Each event of the stream. Comments between them are signs of life.",
        "type": "object",
        "properties": {
            "id": {"type": "string", "description": "To be sent as Last-Event-ID, for those after it."},
            "event": {"type": "string", "enum": list(names)},
            "data": {"type": "string", "contentMediaType": "application/json"},
        },
        "required": ["id", "event", "data"],
    }
