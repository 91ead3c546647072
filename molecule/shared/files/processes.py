"""Each instance's process as the kernel knows it, as JSON: its command line, its id, its cgroup and its health."""

import json
import subprocess
from pathlib import Path


def main():
    named = ["podman", "ps", "--quiet", "--filter", "label=pvdify.app"]
    identifiers = subprocess.run(named, capture_output=True, text=True, check=True).stdout.split()
    inspect = ["podman", "container", "inspect", *identifiers]
    shown = (
        subprocess.run(inspect, capture_output=True, text=True, check=True).stdout if identifiers else "[]"
    )
    print(json.dumps({container["Name"]: described(container) for container in json.loads(shown)}))


def described(container):
    process = container["State"]["Pid"]
    command = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")[:-1]
    return {
        "process": process,
        "command": command,
        # A machine with cgroups of version 1 has more lines than this.
        "cgroup": next(
            line for line in Path(f"/proc/{process}/cgroup").read_text().splitlines() if line.startswith("0:")
        ),
        "health": container["State"].get("Health", {}).get("Status"),
        "check": container["Config"].get("Healthcheck", {}).get("Test"),
        "labels": {
            key: value for key, value in container["Config"]["Labels"].items() if key.startswith("pvdify.")
        },
    }


main()
