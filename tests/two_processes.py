"""Two processes for the tests that make much: most of the end-to-end tests in one, all others in another, so that both
take about as long.

What a process has made for its first test, such as a host, serves the rest of them.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

END_TO_END = "tests/end_to_end/"
# It waits more than it works, and does so on a host of its own.
ELSEWHERE = "tests/end_to_end/test_domains_faults.py"


class TwoProcesses(LoadScopeScheduling):
    """The tests of a scope stay together; there are two."""

    def _split_scope(self, nodeid: str) -> str:
        is_one = nodeid.startswith(END_TO_END) and not nodeid.startswith(ELSEWHERE)
        return "end to end" if is_one else "others"
