"""Another certificate for the daemon, as an operator makes one."""

import shutil

from demo import daemon
from tests.end_to_end.world import World


def renew(world: World, *names: str) -> None:
    """Has the daemon show a new certificate, which is for these names too."""
    world.stop_daemon()
    shutil.rmtree(daemon.certificate(world.settings).parent)
    options = [f"--san={name}" for name in names]
    daemon.pvdifyd(world.settings, "init", *options)
    world.start_daemon()
