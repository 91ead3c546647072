"""A request with a key is carried out once; its answer is kept and given again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pvdifyd.errors import ConflictError
from pvdifyd.models import IdempotencyKey, Token, atomic, connected


@dataclass(frozen=True)
class Answer:
    """What a request was answered: status, the headers that matter, and the body's text."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class KeyedRequest:
    """A request that carries a key; the fingerprint tells it from other requests."""

    token: Token
    key: str
    fingerprint: str

    def kept_answer(self) -> Answer | None:
        """The answer it got before, if it did; raises ConflictError(idempotency_conflict)."""
        connected()
        kept = IdempotencyKey.get_or_none(
            (IdempotencyKey.token == self.token) & (IdempotencyKey.key == self.key)
        )
        if kept is None:
            return None
        if kept.fingerprint != self.fingerprint:
            raise ConflictError(
                "This Idempotency-Key came with another request before. Use a new key for a new request.",
                code="idempotency_conflict",
            )
        return Answer(kept.status, kept.headers, kept.body)

    def keep(self, answer: Answer) -> None:
        """Keep the answer, in the transaction that carries out the request."""
        IdempotencyKey.create(
            token=self.token,
            key=self.key,
            fingerprint=self.fingerprint,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
        )


def answer_once(request: KeyedRequest | None, make: Callable[[], Answer]) -> Answer:
    """The kept answer, or the one that `make` gives, in one transaction with what `make` changes."""
    with atomic():
        kept = request.kept_answer() if request else None
        if kept is not None:
            return kept
        answer = make()
        if request:
            request.keep(answer)
        return answer
