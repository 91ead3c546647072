"""A person's shell: a home of their own, and nothing of this machine's or of the demo's in its environment."""

import os
import select
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.at_terminal import at_terminal

SECONDS = 300
SYSTEM = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Shell:
    """Runs command lines with bash, as they are typed.

    home: the home, and the working directory too. programs: directories that its PATH begins with. variables: what
    its environment has beside HOME and PATH.
    """

    home: Path
    programs: tuple[Path, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, line: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Runs a line to its end; both of its outputs are in `stdout`, in order."""
        return subprocess.run(
            ["bash", "-c", line],
            cwd=self.home,
            env={**self.environment, **changes},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def at_terminal(self, line: str, *answers: str) -> tuple[int, str]:
        """Runs a line at a terminal and gives it an answer for each question; its exit code, and the screen."""
        return at_terminal(
            ["bash", "-c", line],
            environment=self.environment,
            directory=self.home,
            typed="".join(f"{answer}\n" for answer in answers),
        )

    def until_interrupted(self, line: str) -> tuple[int, str]:
        """Runs a line until it has said something, then presses Ctrl-C; its exit code, and what it said first."""
        process = subprocess.Popen(
            ["bash", "-c", line],
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdout is not None
        try:
            said = select.select([process.stdout], [], [], 30)[0]
            first = os.read(process.stdout.fileno(), 65536) if said else b""
            time.sleep(0.5)
            os.killpg(process.pid, signal.SIGINT)
            return process.wait(timeout=20), first.decode()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            process.stdout.close()

    @property
    def environment(self) -> dict[str, str]:
        """What the environment has."""
        path = ":".join([*map(str, self.programs), SYSTEM])
        return {"HOME": str(self.home), "PATH": path, "LANG": "C.UTF-8", **self.variables}


def where_pip_looks() -> dict[str, str]:
    """What this machine tells pip, for a home that has no settings of pip's."""
    found = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    own = Path.home() / ".config" / "pip" / "pip.conf"
    if own.exists():
        found.setdefault("PIP_CONFIG_FILE", str(own))
    return found
