"""A client that asks for a domain again and again, through the tunnel, and notes who answers."""

import time
from threading import Event, Thread

from tests.end_to_end.edge import Edge

PAUSE_SECONDS = 0.05
NOBODY = "none"


class Asking:
    """Asks from entering to leaving. answers: which version of the app answered; a status where none did."""

    def __init__(self, edge: Edge, name: str) -> None:
        self._edge, self._name = edge, name
        self._stopping = Event()
        self._thread = Thread(target=self._ask_again_and_again, daemon=True)
        self._last = 0.0
        self.answers: set[str] = set()
        self.longest_silence = 0.0

    def __enter__(self) -> "Asking":
        self._last = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(30)
        self._note_silence()

    def _ask_again_and_again(self) -> None:
        while not self._stopping.wait(PAUSE_SECONDS):
            answer = self._edge.version(self._name)
            self.answers.add(answer)
            if answer != NOBODY:
                self._note_silence()

    def _note_silence(self) -> None:
        """In seconds, from the last answer to now."""
        now = time.monotonic()
        self.longest_silence = max(self.longest_silence, now - self._last)
        self._last = now
