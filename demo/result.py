"""What came of the requests of a load."""

from collections import Counter
from dataclasses import dataclass, field, replace

EXAMPLES = 5


@dataclass
class Answer:
    """What came of one request, a stream included.

    version: the app's, "" where there was no answer. failure: what went wrong, or None. seconds: how long the answer
    took, a stream until its first event. streamed: it is a stream that had begun. ended: the app itself ended it.
    """

    version: str = ""
    failure: str | None = None
    seconds: float = 0.0
    streamed: bool = False
    ended: bool = False


@dataclass
class Result:
    """What came of all of them.

    failures: what went wrong, and how often. examples: the first few, with the time since the start.
    versions: answers for each version of the app that gave one. styles: requests for each way of asking; a stream is
    one request. streams_ended: streams that the app itself ended, in an orderly way; streams_cut: those that came to
    another end, which are failures. slowest: seconds.
    """

    sent: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    versions: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)
    streams_ended: int = 0
    streams_cut: int = 0
    slowest: float = 0.0
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        return self.failures.total()

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.sent / self.seconds if self.seconds else 0.0

    def note(self, style: str, answer: Answer, begun: float) -> None:
        """Counts an answer; begun: seconds from the load's start to the request's."""
        self.sent += 1
        self.styles[style] += 1
        self.streams_ended += answer.ended
        self.slowest = max(self.slowest, answer.seconds)
        if answer.failure is None:
            self.versions[answer.version] += 1
            return
        self.streams_cut += answer.streamed
        self.failures[f"{style}: {answer.failure}"] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(f"{begun:.2f} s, {style}: {answer.failure}")

    def copy(self, seconds: float) -> "Result":
        """The same, as it is now, `seconds` after the start."""
        return replace(
            self,
            failures=self.failures.copy(),
            examples=list(self.examples),
            versions=self.versions.copy(),
            styles=self.styles.copy(),
            seconds=seconds,
        )
