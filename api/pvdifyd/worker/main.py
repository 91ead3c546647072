"""The worker's life: take the lock, mend what was left, run what is queued, end gently."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from pvdifyd import clock, models
from pvdifyd.models import IdempotencyKey
from pvdifyd.queue import JobQueue
from pvdifyd.reading.server import ReaderServer
from pvdifyd.settings import Settings
from pvdifyd.system_account import account_of
from pvdifyd.worker.claim import next_in_line
from pvdifyd.worker.control_directory import control_directory
from pvdifyd.worker.engine_face import Engine
from pvdifyd.worker.host_reader import HostReader
from pvdifyd.worker.lock import only_worker
from pvdifyd.worker.logs import Logs
from pvdifyd.worker.perform import Performer
from pvdifyd.worker.recovery import recover

# Seconds between two looks for rows that the queue was never told of.
SWEEP_INTERVAL = 1.0

# Seconds an answer is kept for a repeated request: a day.
KEY_LIFETIME = 86400
KEY_SWEEP_EVERY = 600

logger = logging.getLogger(__name__)


def work(settings: Settings, engine: Engine, stop: threading.Event) -> None:
    """Run operations and answer reads until `stop`; then let the running operations end.

    Raises ConflictError(worker_running).
    """
    with only_worker(settings.worker_lock_path):
        models.connect(settings.database)
        recover()
        connections = control_directory(settings.home)
        logs = Logs(engine, connections, settings.threads)
        reader = ReaderServer(
            settings.reader_path,
            HostReader(engine, connections).read,
            account_of(settings.user),
            read_logs=logs.read,
        )
        reader.start()
        try:
            with engine.kept_warm(connections):
                _run_operations(settings, engine, connections, stop)
        finally:
            logs.stop()
            reader.stop()
            engine.close_connections(connections)


def _run_operations(settings: Settings, engine: Engine, connections: Path, stop: threading.Event) -> None:
    performer = Performer(settings, engine, connections, lambda: announce(queue))
    queue = JobQueue(settings.queue_path, performer.perform)
    consumer = queue.consumer(settings.workers)
    consumer.start()
    logger.info("the worker is ready, with %d operations side by side", settings.workers)
    sweeps = 0
    # The first one comes at once: what an ended worker left waits for it.
    while not stop.is_set():
        sweep(queue, sweeps)
        consumer.check_worker_health()
        sweeps += 1
        stop.wait(SWEEP_INTERVAL)
    logger.info("the worker ends when its running operations have")
    consumer.stop(graceful=True)


def announce(queue: JobQueue) -> None:
    """Tell the queue of every operation whose turn has come, unless it knows."""
    models.connected()
    waiting = queue.waiting()
    for operation_id in next_in_line():
        if operation_id not in waiting:
            queue.enqueue(operation_id)


def sweep(queue: JobQueue, count: int) -> None:
    """Find what was committed and never announced, and now and then forget old answers."""
    try:
        announce(queue)
        if count % KEY_SWEEP_EVERY == 0:
            IdempotencyKey.delete().where(IdempotencyKey.created_at < clock.ago(KEY_LIFETIME)).execute()
    except Exception:
        logger.exception("a sweep failed; the next one tries again")
