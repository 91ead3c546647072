"""What stands first on a run's PATH as ``ansible-playbook``; run with ``python -I -S`` and nothing but the standard
library, so that it starts in a few milliseconds.

Its first two arguments are the warm process's socket and the real program; the rest are ansible-playbook's own.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import sys

STANDARD_FILES = (0, 1, 2)
WARM_PROCESS_DIED = 250


def main() -> None:
    address, real, *arguments = sys.argv[1:]
    try:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(address)
    except OSError:
        os.execv(real, [real, *arguments])
    request = {"arguments": arguments, "environment": dict(os.environ), "directory": os.getcwd()}
    body = json.dumps(request).encode()
    socket.send_fds(connection, [struct.pack("!I", len(body))], list(STANDARD_FILES))
    connection.sendall(body)
    answer = connection.recv(4, socket.MSG_WAITALL)
    sys.exit(struct.unpack("!i", answer)[0] if len(answer) == 4 else WARM_PROCESS_DIED)


if __name__ == "__main__":
    main()
