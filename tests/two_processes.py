"""Two processes for the tests that make much: all of the end-to-end host's in one, all others in another.

What a process has made for its first test, such as a host, serves the rest of them.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

HOST = "tests/end_to_end/"


class TwoProcesses(LoadScopeScheduling):
    """The tests of a scope stay together; there are two."""

    def _split_scope(self, nodeid: str) -> str:
        return "host" if nodeid.startswith(HOST) else "others"
