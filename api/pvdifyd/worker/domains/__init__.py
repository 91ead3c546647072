"""Bringing domains to hosts: what is told to a playbook, and what becomes of the rows by what it found out."""

from pvdifyd.worker.domains.planned import Planned, planned
from pvdifyd.worker.domains.take_over import fail_rest, judged, reroute, take_over

__all__ = ["Planned", "fail_rest", "judged", "planned", "reroute", "take_over"]
