"""`python -m demo.stand_ins.cloudflare`: the stand-in as a process, until SIGTERM."""

import argparse
import signal
import sys
from pathlib import Path

from .server import Server
from .stand_in import StandIn

ENDING = (signal.SIGTERM, signal.SIGINT)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.stand_ins.cloudflare")
    parser.add_argument("--listen", required=True, metavar="ADDRESS:PORT")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="PEM; plain HTTP without it")
    parser.add_argument("--key", type=Path, metavar="FILE")
    parser.add_argument("--state", type=Path, metavar="FILE", help="where what it holds is kept")
    options = parser.parse_args()
    address, _, port = options.listen.rpartition(":")
    # Before any thread is made, so that none of them takes it.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    stand_in = StandIn(options.state)
    server = Server(stand_in, (address, int(port)), certificate=options.certificate, key=options.key)
    server.start()
    print(f"listening at {server.endpoint}", flush=True)
    signal.sigwait(ENDING)
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
