"""The engine: runs playbooks through ansible-runner, and reads from hosts over the same connections.

It knows neither HTTP nor the database: what should be comes in as a document, what happened goes out as events.
"""

from .connection import close_connections
from .content import inventory_directory, playbooks_directory, roles_directory
from .journal import journal, journal_end, journal_position
from .outcome import Failure, Outcome, PhaseEvent
from .read import HostRefused, HostUnreachable, read
from .run import run
from .warm import kept_warm

__all__ = [
    "Failure",
    "HostRefused",
    "HostUnreachable",
    "Outcome",
    "PhaseEvent",
    "close_connections",
    "inventory_directory",
    "journal",
    "journal_end",
    "journal_position",
    "kept_warm",
    "playbooks_directory",
    "read",
    "roles_directory",
    "run",
]
