"""The warm process: imports Ansible once, then forks for each client.

It stays single-threaded, so that a fork is safe. A client that goes away takes its run with it; the end of standard
input, which its starter holds open, ends it all.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import socket
import struct
import sys
import warnings
from pathlib import Path
from typing import Any

# What a first run would load late, and each fork would load again.
import ansible.executor.playbook_executor
import ansible.executor.task_executor
import ansible.plugins.connection.ssh
import ansible.plugins.strategy.linear  # noqa: F401
from ansible.cli.playbook import PlaybookCLI
from ansible.plugins import loader

from pvdifyd.engine.connection import keeps_connection
from pvdifyd.engine.warm import process_tree

Request = dict[str, Any]


def warm_up() -> None:
    """Load what every run loads: the built-in collection's description, and the plugins our playbooks use."""
    loader.init_plugin_loader()
    # Each run configures it again, finds it configured, and would say so.
    warnings.filterwarnings("ignore", message="AnsibleCollectionFinder has already been configured")
    for kind, names in (
        (loader.inventory_loader, ("pvdify",)),
        (loader.action_loader, ("pvdify_host", "validate_argument_spec", "fail")),
        (loader.connection_loader, ("ssh", "local")),
        (loader.shell_loader, ("sh",)),
        (loader.strategy_loader, ("linear",)),
        (loader.lookup_loader, ("file",)),
    ):
        for name in names:
            kind.get(name, class_only=True)
    for plugins in (loader.filter_loader, loader.test_loader):
        list(plugins.all())


class WarmServer:
    """Serves one socket until its standard input ends."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._runs: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()

    def serve(self) -> None:
        process_tree.adopt_orphans()
        wake_up, self._waker = socket.socketpair()
        for end in (wake_up, self._waker):
            end.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno())
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for watched, name in ((self._listener, "listener"), (sys.stdin, "starter"), (wake_up, "child")):
            self._selector.register(watched, selectors.EVENT_READ, name)
        while True:
            for key, _ in self._selector.select():
                if key.data == "starter":
                    return self._end_all()
                if key.data == "listener":
                    self._accept()
                elif key.data == "child":
                    wake_up.recv(4096)
                    self._reap()
                else:
                    self._client_left(key.data)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        try:
            files, request = _receive(connection)
            process = os.fork()
        except (OSError, ValueError):
            connection.close()
            return
        if process == 0:
            self._become_run(files, request)
        for file in files:
            os.close(file)
        self._runs[process] = connection
        self._selector.register(connection, selectors.EVENT_READ, process)

    def _become_run(self, files: list[int], request: Request) -> None:
        """In the child: take the client's place, run, and leave without the parent's clean-up."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            for number, file in enumerate(files):
                os.dup2(file, number)
            self._selector.close()
            self._listener.close()
            for connection in self._runs.values():
                connection.close()
            os.environ.clear()
            os.environ.update(request["environment"])
            os.chdir(request["directory"])
            status = _playbook(request["arguments"])
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
            os._exit(status)

    def _reap(self) -> None:
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if process == 0:
                return
            connection = self._runs.pop(process, None)
            if connection is not None:
                self._end_orphans()
                with contextlib.suppress(OSError):
                    connection.sendall(struct.pack("!i", abs(os.waitstatus_to_exitcode(status))))
                with contextlib.suppress(KeyError):  # a client that left is no longer watched
                    self._selector.unregister(connection)
                connection.close()

    def _end_orphans(self) -> None:
        """A run that was killed leaves its own children at work, on the host too; none of them may go on. A connection
        that a run began is everybody's: others are in the middle of it."""
        for process in process_tree.children(os.getpid()):
            if process not in self._runs and not keeps_connection(process):
                process_tree.kill(process)

    def _client_left(self, process: int) -> None:
        """A client never speaks twice: it is gone, and so shall be what it asked for."""
        process_tree.kill(process)
        with contextlib.suppress(KeyError):
            self._selector.unregister(self._runs[process])

    def _end_all(self) -> None:
        for process in self._runs:
            process_tree.kill(process)


def _receive(connection: socket.socket) -> tuple[list[int], Request]:
    connection.settimeout(5)
    head, files, _, _ = socket.recv_fds(connection, 4, 3)
    if len(head) != 4 or len(files) != 3:
        raise ValueError("no request")
    length = struct.unpack("!I", head)[0]
    body = connection.recv(length, socket.MSG_WAITALL)
    connection.settimeout(None)
    return list(files), dict(json.loads(body))


def _playbook(arguments: list[str]) -> int:
    """What the program ansible-playbook does, as an exit status."""
    try:
        PlaybookCLI.cli_executor(["ansible-playbook", *arguments])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def main() -> None:
    address = sys.argv[1]
    warm_up()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen(64)
    try:
        WarmServer(listener).serve()
    finally:
        shutil.rmtree(Path(address).parent, ignore_errors=True)


if __name__ == "__main__":
    main()
