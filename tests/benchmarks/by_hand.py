"""The swap of two instances as an operator would type it who knows the host well and has the files at hand.

The units are those of pvdify under other names, so that both wait for the same health check. What is typed goes to
the host in one ssh session over a connection that is kept open, and what counts is the time it takes there.
"""

import re
import shlex
from itertools import pairwise

from demo import ssh
from demo.commands import attempt
from tests.end_to_end.world import World

NAME, PORT = "byhand", 18000
PORTS = {"blue": ("18001", "18002"), "green": ("18003", "18004")}
KEPT_OPEN = ("-oControlMaster=auto", "-oControlPersist=60", f"-oControlPath=/tmp/{NAME}-%C")

# $1: the image, $2 and $3: the new colour and the old one, $4 to $7: the ports of the new one and of the old one.
START = r"""
set -e
at() { echo "at $EPOCHREALTIME $1"; }
at begin
podman pull --quiet "$1" >/dev/null
at pull
sed "s|^Image=.*|Image=$1|; s|COLOUR|$2|" /etc/byhand/web.container >"/etc/containers/systemd/byhand-$2@.container"
systemctl daemon-reload
at stage
systemctl start "byhand-$2@1" "byhand-$2@2"
at start
"""
SWAP = (
    START
    + r"""
python3 - "$4" "$5" <<'END'
import socket, sys
for number, port in enumerate(sys.argv[1:], start=1):
    proxy = socket.socket(socket.AF_UNIX)
    proxy.connect("/run/pvdify/haproxy.sock")
    proxy.sendall(f"set server byhand/web{number} addr 127.0.0.1 port {port}\n".encode())
    assert b"changed" in proxy.recv(4096)
END
sed -i "s/127.0.0.1:$6\b/127.0.0.1:$4/; s/127.0.0.1:$7\b/127.0.0.1:$5/" /etc/pvdify/haproxy/apps/byhand.cfg
at switch
while ss -Htn state established "dport = :$6 or dport = :$7" | grep -q .; do sleep 0.1; done
systemctl stop "byhand-$3@1" "byhand-$3@2"
rm "/etc/containers/systemd/byhand-$3@.container"
at retire
"""
)


class ByHand:
    """An app that only the operator knows, as it runs. `like`: the app of pvdify whose files it borrows."""

    def __init__(self, world: World, like: str, image: str) -> None:
        self._world = world
        self._prepare(like)
        self._typed(START, image, "green")
        self._world.on_host("systemctl", "reload", "pvdify-haproxy.service")
        self._next, self._now = "blue", "green"

    def swap(self, image: str) -> dict[str, float]:
        """Swaps to that image; returns the seconds of each part, named as pvdify's phases."""
        colours = (self._next, self._now)
        said = self._typed(SWAP, image, *colours, *PORTS[self._next], *PORTS[self._now])
        self._now, self._next = colours
        marks = re.findall(r"^at ([\d.]+) (\w+)$", said, re.MULTILINE)
        return {name: float(moment) - float(before) for (before, _), (moment, name) in pairwise(marks)}

    def _prepare(self, like: str) -> None:
        quadlet = self._world.on_host(
            "sh", "-c", f"cat $(ls /etc/containers/systemd/pvdify-{like}-* | head -1)"
        )
        self._write(f"/etc/{NAME}/web.container", template(quadlet))
        for colour, ports in PORTS.items():
            for number, port in enumerate(ports, start=1):
                self._write(f"/etc/{NAME}/{colour}-{number}.env", f"PVDIFY_HOST_PORT={port}\n")
        proxy = self._world.on_host("cat", f"/etc/pvdify/haproxy/apps/{like}.cfg")
        self._write(f"/etc/pvdify/haproxy/apps/{NAME}.cfg", proxy_file(proxy.replace(f"pvdify-{like}", NAME)))

    def _write(self, path: str, text: str) -> None:
        self._typed('mkdir -p "$(dirname "$1")" && printf "%s" "$2" >"$1"', path, text)

    def _typed(self, script: str, *arguments: str) -> str:
        program, *options = ssh.command(self._world.settings)
        line = shlex.join(["bash", "-c", script, "typed", *arguments])
        finished = attempt([program, *KEPT_OPEN, *options, line], timeout=120)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout


def template(quadlet: str) -> str:
    """pvdify's template with nothing of pvdify left in it but the name of the port's variable."""
    ours = ("Label=", "PartOf=", "Slice=", "LogExtraFields=", "SyslogIdentifier=", "Environment=PVDIFY")
    text = "\n".join(line for line in quadlet.splitlines() if not line.startswith(ours)) + "\n"
    text = re.sub(r"(?m)^ContainerName=.*$", f"ContainerName={NAME}-COLOUR-%i", text)
    return re.sub(r"(?m)^EnvironmentFile=.*$", f"EnvironmentFile=/etc/{NAME}/COLOUR-%i.env", text)


def proxy_file(text: str) -> str:
    """pvdify's part of the proxy's configuration, on another port and with the green instances."""
    text = re.sub(r"(?m)^( +bind \S+):\d+", rf"\1:{PORT}", text)
    for number, port in enumerate(PORTS["green"], start=1):
        text = re.sub(rf"(?m)^( +server web{number} 127\.0\.0\.1):\d+", rf"\1:{port}", text)
    return text
