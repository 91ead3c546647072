"""The script as a person runs it: a home of their own, and what their PATH has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pvdifyd.http.install import routes
from tests.api.conftest import Api

# What any system has. Python and curl are what a test puts beside them.
PROGRAMS = (
    "sh",
    "basename",
    "chmod",
    "cp",
    "find",
    "ln",
    "mkdir",
    "mktemp",
    "mv",
    "readlink",
    "rm",
)

# Gives the files of a folder, by their names, as curl gives what stands at an address.
CURL = """#!/bin/sh
while [ $# -gt 1 ]; do
    [ "$1" = --output ] && target=$2
    shift
done
echo "$1" >>"{folder}/asked"
cp "{folder}/${{1##*/}}" "$target" 2>/dev/null && exit
echo "curl: (22) The requested URL returned error: 404" >&2
exit 22
"""


@dataclass(frozen=True)
class Person:
    """Who installs: the home, the programs in the PATH, and the server's files as curl gives them."""

    home: Path
    programs: Path
    server: Path
    script: str

    @property
    def link(self) -> Path:
        return self.home / ".local/bin/pvdify"

    @property
    def environments(self) -> list[Path]:
        return sorted((self.home / ".local/share/pvdify/environments").glob("*"))

    def has(self, name: str, content: str) -> None:
        """Put a program of this content into the PATH."""
        (self.programs / name).unlink(missing_ok=True)
        (self.programs / name).write_text(content)
        (self.programs / name).chmod(0o755)

    def lacks(self, name: str) -> None:
        (self.programs / name).unlink()

    def run(self, script: str | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        """Pipe the script into a shell, as the printed line does."""
        # What pip would take from an index is there already, in the environment of the tests.
        offline = {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PYTHONPATH": site_packages()}
        return subprocess.run(
            [self.programs / "sh"],
            input=self.script if script is None else script,
            env={"HOME": str(self.home), "PATH": str(self.programs), **offline, **variables},
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def refused(self, **variables: str) -> str:
        """What it says, in two lines at the end, when it can't go on; nothing is left of what it began."""
        before = self.environments
        done = self.run(**variables)
        assert done.returncode == 1, done
        error, *following = done.stderr.partition("Error: ")[2].splitlines()
        assert following[0].startswith("Next:  "), done.stderr
        assert self.environments == before
        return "\n".join([error, *following])


def site_packages() -> str:
    import click

    return str(Path(click.__file__).parents[1])


@pytest.fixture
def person(tmp_path: Path, api: Api) -> Person:
    """Somebody with Python and curl, who has nothing installed."""
    found = Person(
        home=tmp_path / "home",
        programs=tmp_path / "programs",
        server=tmp_path / "server",
        script=api.client.get("/install.sh", headers={"Host": "pvdify.win"}).text,
    )
    for folder in (found.home, found.programs, found.server):
        folder.mkdir()
    for name in PROGRAMS:
        path = shutil.which(name, path=f"{os.defpath}:/usr/bin:/bin")
        assert path is not None
        (found.programs / name).symlink_to(path)
    found.has("python3", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    found.has("curl", CURL.format(folder=found.server))
    assert routes.WHEEL is not None
    (found.server / routes.WHEEL.name).write_bytes(routes.WHEEL.content)
    return found
