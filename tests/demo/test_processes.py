"""What the demo leaves running is found again by its directory, whoever started it, and ended by it alone."""

import contextlib
import os
import socket
import sys
import time
from pathlib import Path

from demo import processes


def start(directory: Path, role: str, program: str = "sleep 60") -> int:
    arguments = ["bash", "-c", f"{program}; :"]
    marker = f"PVDIFY_DEMO_DIRECTORY={directory}"
    return processes.start(
        arguments, role=role, marker=marker, log=directory / "log", environment={"PATH": os.defpath}
    )


def test_a_process_is_found_by_directory_and_role(tmp_path: Path) -> None:
    marker = f"PVDIFY_DEMO_DIRECTORY={tmp_path}"
    first, second = start(tmp_path, "one"), start(tmp_path, "two")
    try:
        assert first in processes.find(marker)
        assert second in processes.find(marker)
        assert first in processes.find(marker, "one")
        assert second not in processes.find(marker, "one")
        # The directory's name is no prefix match: another demo's may begin with it.
        assert processes.find(marker[:-1]) == []
    finally:
        processes.stop(marker)
    assert processes.find(marker) == []


def test_stopping_one_role_leaves_the_other(tmp_path: Path) -> None:
    marker = f"PVDIFY_DEMO_DIRECTORY={tmp_path}"
    kept = start(tmp_path, "kept")
    start(tmp_path, "gone")
    try:
        processes.stop(marker, "gone")
        assert processes.find(marker, "gone") == []
        assert kept in processes.find(marker, "kept")
    finally:
        processes.stop(marker)


def test_what_a_process_said_is_kept(tmp_path: Path) -> None:
    marker = f"PVDIFY_DEMO_DIRECTORY={tmp_path}"
    process = start(tmp_path, "one", "echo first; echo second >&2")
    # One that ended at once was waited for already, when its Popen object went.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process, 0)
    assert processes.last_lines(tmp_path / "log") == "first\nsecond"
    assert processes.last_lines(tmp_path / "log", 1) == "second"
    assert processes.find(marker) == []


def test_a_process_is_found_while_it_becomes_another(tmp_path: Path) -> None:
    """As the virtual machine's does, which `nice` starts; its environment is empty for a moment then."""
    marker = f"PVDIFY_DEMO_DIRECTORY={tmp_path}"
    for _ in range(5):
        command = [*["nice"] * 60, "sleep", "60"]
        process = processes.start(
            command, role="one", marker=marker, log=tmp_path / "log", environment={"PATH": os.defpath}
        )
        try:
            while Path(f"/proc/{process}/comm").read_text() != "sleep\n":
                assert processes.find(marker, "one") == [process]
        finally:
            processes.stop(marker)


SERVER = """
import socket, threading, time
server = socket.create_server(("127.0.0.1", 0))
ballast = bytearray(50_000_000)
for _ in range(20):
    threading.Thread(target=time.sleep, args=(60,)).start()
print(server.getsockname()[1], flush=True)
time.sleep(60)
"""


def test_what_was_stopped_has_given_its_address_back(tmp_path: Path) -> None:
    """Not so when the first of a server's threads has ended: the others hold its socket a moment longer."""
    marker = f"PVDIFY_DEMO_DIRECTORY={tmp_path}"
    for number in range(10):
        log = tmp_path / f"log{number}"
        command = [sys.executable, "-c", SERVER]
        processes.start(command, role="server", marker=marker, log=log, environment={})
        deadline = time.monotonic() + 10
        while not log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        processes.stop(marker)
        socket.create_server(("127.0.0.1", int(log.read_text()))).close()
