"""Print the environment of a container's first process, as JSON."""

import json
import subprocess
import sys
from pathlib import Path

shown = subprocess.run(
    ["podman", "container", "inspect", "--format={{.State.Pid}}", sys.argv[1]],
    capture_output=True,
    check=True,
    text=True,
)
entries = Path("/proc", shown.stdout.strip(), "environ").read_bytes().split(b"\0")
print(json.dumps(dict(entry.decode().split("=", 1) for entry in entries if entry)))
