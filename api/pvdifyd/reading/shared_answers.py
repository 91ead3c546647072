"""Equal questions that come together are asked once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

# Seconds an answer is given again: a screen full of lookers costs a host no more than one of them.
LIFETIME = 0.2


class SharedAnswers:
    """Keeps each answer, or failure, for a moment; who asks while it is being fetched waits for it."""

    def __init__(self, lifetime: float = LIFETIME) -> None:
        self._lifetime = lifetime
        self._lock = threading.Lock()
        self._answers: dict[str, tuple[float, Future[Any]]] = {}

    def get(self, question: str, ask: Callable[[], Any]) -> Any:
        """The answer, from `ask` unless somebody just asked the same; raises what it raises."""
        with self._lock:
            self._forget_old()
            known = self._answers.get(question)
            if known is None:
                answer: Future[Any] = Future()
                self._answers[question] = (float("inf"), answer)
        if known is not None:
            return known[1].result()
        try:
            answer.set_result(ask())
        except BaseException as error:
            answer.set_exception(error)
        finally:
            with self._lock:
                self._answers[question] = (time.monotonic() + self._lifetime, answer)
        return answer.result()

    def _forget_old(self) -> None:
        now = time.monotonic()
        for question in [question for question, (until, _) in self._answers.items() if until < now]:
            del self._answers[question]
