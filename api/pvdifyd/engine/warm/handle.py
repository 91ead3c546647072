"""Starting and ending the warm process, from the worker's side."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ansible_runner.utils import get_callback_dir

from .. import environment
from ..connection import control_path_directory
from ..private import make_private

# ansible-runner's own, which it names for each run in variables that Ansible reads when it is imported.
_CALLBACK = {"ANSIBLE_STDOUT_CALLBACK": "awx_display", "ANSIBLE_CALLBACK_PLUGINS": get_callback_dir()}
_CLIENT = Path(__file__).with_name("client.py")


class WarmAnsible:
    """A warm Ansible and the folder of programs that leads to it.

    It ends with the process that made it, however that ends. Its settings are those it was started with: a run's own
    ``ANSIBLE_*`` variables must be the same.
    """

    @classmethod
    def start(cls, control_directory: Path) -> WarmAnsible:
        """Start one, without waiting until it is warm: until then, and whenever it is gone, runs are cold."""
        private = make_private(control_directory)
        settings = environment.settings(private, control_path_directory(control_directory))
        return cls(private, {**environment.inherited(), **settings, **_CALLBACK})

    def __init__(self, private: Path, environment: Mapping[str, str]) -> None:
        self.programs = private / "programs"
        self._private = private
        self._stopped = False
        self._socket = private / "socket"
        self._write_program()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pvdifyd.engine.warm.server", str(self._socket)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            start_new_session=True,
        )

    @property
    def ready(self) -> bool:
        """Whether a run now would be a warm one."""
        return self._socket.exists() and self._process.poll() is None

    @property
    def died(self) -> bool:
        """Whether it ended though nobody has stopped it."""
        return not self._stopped and self._process.poll() is not None

    @property
    def pid(self) -> int:
        """The warm process's number."""
        return self._process.pid

    def stop(self) -> None:
        """End it, and what still runs in it."""
        self._stopped = True
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._private, ignore_errors=True)

    def _write_program(self) -> None:
        real = Path(sys.executable).parent / "ansible-playbook"
        words = [sys.executable, "-I", "-S", str(_CLIENT), str(self._socket), str(real)]
        program = self.programs / "ansible-playbook"
        self.programs.mkdir()
        program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
        program.chmod(0o700)
