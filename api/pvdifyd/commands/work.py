"""pvdifyd work"""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click

from pvdifyd.commands.home import open_home
from pvdifyd.signals import set_from_handler


@click.command()
def work() -> None:
    """Run operations, and read hosts for the API. Ends gently: what runs is finished first."""
    from pvdifyd import engine
    from pvdifyd.worker.main import work as run

    stop = threading.Event()

    def ask_to_stop(signum: int, frame: FrameType | None) -> None:
        set_from_handler(stop)

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    run(open_home(), engine, stop)
