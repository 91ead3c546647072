"""How a queued id is written: JSON. The worker is root and the API is not, so no pickle is ever read."""

from __future__ import annotations

import json

from huey.registry import Message
from huey.serializer import Serializer


class MessageSerializer(Serializer):  # type: ignore[misc]
    """Writes and reads a call of the one task there is, with the one number it takes."""

    def __init__(self, task: str) -> None:
        super().__init__()
        self._task = task

    def _serialize(self, data: Message) -> bytes:
        return json.dumps({"id": data.id, "operation": data.args[0]}).encode()

    def _deserialize(self, data: bytes) -> Message:
        """Raises ValueError for whatever this class did not write."""
        try:
            call = json.loads(data)
            identity, operation = call["id"], call["operation"]
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise ValueError("The queue holds something that is no message of ours.") from error
        if type(identity) is not str or type(operation) is not int:
            raise ValueError("The queue holds a message with something else than an operation's number.")
        return Message(identity, self._task, args=(operation,), kwargs={}, retries=0, retry_delay=0)
