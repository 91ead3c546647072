"""A small, real server of jobs, for the sample app's `work`.

Like a queue that does not trust its workers, it hands a job out again when it was not reported done in time: a job
that was cut off would so be run twice.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

PATIENCE = 15.0


@dataclass
class Job:
    """given, done: which worker (`sample-app v1`) and when (seconds of time.monotonic), each time it happened."""

    name: str
    given: list[tuple[str, float]] = field(default_factory=list)
    done: list[tuple[str, float]] = field(default_factory=list)

    def is_due(self) -> bool:
        return not self.done and (not self.given or time.monotonic() - self.given[-1][1] > PATIENCE)


class Jobs:
    """The jobs of one server, in order."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.jobs: list[Job] = []
        self.asked: list[tuple[str, float]] = []
        self._lock = Lock()

    def add(self, name: str) -> Job:
        with self._lock:
            self.jobs.append(Job(name))
            return self.jobs[-1]

    def give(self, worker: str) -> Job | None:
        with self._lock:
            self.asked.append((worker, time.monotonic()))
            job = next((job for job in self.jobs if job.is_due()), None)
            if job is not None:
                job.given.append((worker, time.monotonic()))
            return job

    def is_done(self, name: str, worker: str) -> None:
        with self._lock:
            next(job for job in self.jobs if job.name == name).done.append((worker, time.monotonic()))


@contextmanager
def serving(address: str) -> Iterator[Jobs]:
    """A server of jobs on a free port of that address."""
    with _Server((address, 0), _Handler) as server:
        server.jobs = Jobs(server.server_address[1])
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server.jobs
        finally:
            server.shutdown()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    jobs: Jobs


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        job = self.server.jobs.give(self.headers["User-Agent"])
        self._answer(200 if job else 204, job.name if job else "")

    def do_POST(self) -> None:
        self.server.jobs.is_done(self.path.removeprefix("/done/"), self.headers["User-Agent"])
        self._answer(200, "")

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass
