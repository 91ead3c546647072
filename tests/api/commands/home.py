"""A daemon's home, and its commands run for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class Home:
    """A daemon's home, and the command run for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environment = {**os.environ, "PVDIFYD_HOME": str(path), "PVDIFYD_USER": "root"}

    def __call__(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "pvdifyd", *arguments]
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.run(command, env=self.environment, text=True, timeout=60, check=False, **output)

    def ok(self, *arguments: str) -> str:
        done = self(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *arguments: str) -> str:
        """What it said on one line, with no traceback."""
        done = self(*arguments)
        assert done.returncode == 1, done
        said = [line for line in done.stderr.splitlines() if line.startswith("pvdifyd: ")]
        assert len(said) == 1, done.stderr
        assert "Traceback" not in done.stderr
        return said[0]
