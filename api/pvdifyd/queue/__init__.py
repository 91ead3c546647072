"""The queue: ids of operations, and nothing else. The rows are the truth; the queue only makes it quick."""

from pvdifyd.queue.job_queue import JobQueue

__all__ = ["JobQueue"]
