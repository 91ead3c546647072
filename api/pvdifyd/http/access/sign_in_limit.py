"""How often an address may fail to sign in."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

# Failures of an address within the seconds.
FAILURES = 10
WITHIN = 60.0

# Addresses remembered; the one that has not failed for longest is forgotten first.
ADDRESSES = 10_000

# Whoever has an IPv6 address has a whole network of this length.
IPV6_NETWORK = 64


class SignInLimit:
    """Remembers the failures of each address, for as long as the process lives."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until the address may try again; 0 when it may."""
        with self._lock:
            times = self._failed.get(network_of(address), deque())
            if len(times) < FAILURES:
                return 0
            return max(0, math.ceil(times[0] + WITHIN - self._clock()))

    def failed(self, address: str) -> None:
        """The address has failed to sign in."""
        with self._lock:
            times = self._failed.setdefault(network_of(address), deque(maxlen=FAILURES))
            times.append(self._clock())
            self._failed.move_to_end(network_of(address))
            if len(self._failed) > ADDRESSES:
                self._failed.popitem(last=False)


def network_of(address: str) -> str:
    """Who an address counts as: itself, and of IPv6 its network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    # An address of IPv4, as a socket of both kinds has it.
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed.packed, IPV6_NETWORK), strict=False))
