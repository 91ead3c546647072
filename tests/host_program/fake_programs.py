"""Stand-ins for what the host program asks on a host: systemd, by a program of that name, and podman's secrets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pvdifyd.host_program import commands, environment

# A unit that is not simply stopped has a file, which holds its state.
_SYSTEMCTL = """#!/bin/sh
echo "$*" >> {folder}/asked
verb=$1
[ "$verb" = is-active ] && exit 3
while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
for unit in "$@"; do
    case "$verb $unit" in
    "$verb --") ;;
    show*) echo "Id=$unit"; echo "ActiveState=$(cat "{folder}/$unit" 2>/dev/null || echo inactive)"
           echo "SubState="; echo ;;
    stop*) rm -f "{folder}/$unit" ;;
    esac
done
"""


class FakeSystemd:
    """Knows no unit but those that a test names, and writes down what it is asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        folder.mkdir()
        (folder / "asked").touch()
        program = folder / "systemctl"
        program.write_text(_SYSTEMCTL.format(folder=folder))
        program.chmod(0o755)
        monkeypatch.setitem(commands._ENVIRONMENT, "PATH", f"{folder}:{commands._ENVIRONMENT['PATH']}")

    def set(self, unit: str, state: str) -> None:
        (self._folder / unit).write_text(state)

    def is_stopped(self, unit: str) -> bool:
        return not (self._folder / unit).exists()

    @property
    def asked(self) -> list[str]:
        return (self._folder / "asked").read_text().splitlines()


class FakePodman:
    """Its secrets, by their names."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.secrets: set[str] = set()
        monkeypatch.setattr(environment, "store", self._store)

    @contextmanager
    def _store(self, folder: Path) -> Iterator[FakePodman]:
        assert folder.is_dir(), "podman's socket lies in it"
        yield self

    def names(self) -> set[str]:
        return set(self.secrets)

    def create(self, name: str, file: Path, labels: dict[str, str]) -> None:
        self.secrets.add(name)

    def remove(self, name: str) -> None:
        self.secrets.remove(name)
