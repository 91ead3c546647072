"""A warm Ansible does what a cold one does, and is missed by nobody when it is gone."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pvdifyd import engine
from pvdifyd.engine import warm as warm_module
from pvdifyd.engine.private import make_private
from pvdifyd.engine.warm import WarmAnsible, keeper
from tests.engine.test_run import document


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[WarmAnsible]:
    with engine.kept_warm(tmp_path / "c") as found:
        wait_until(lambda: found.ready)
        yield found


def wait_until(happened: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def run(tmp_path: Path) -> tuple[engine.Outcome, list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []
    outcome = engine.run(
        "deploy",
        document(),
        app="my-app",
        control_directory=tmp_path / "c",
        on_event=lambda event: told.append((event.phase, event.status)),
    )
    return outcome, told


def playbook(warm: WarmAnsible, *arguments: str) -> "subprocess.CompletedProcess[str]":
    program = warm.programs / "ansible-playbook"
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_a_warm_run_ends_as_a_cold_one_does(tmp_path: Path, warm: WarmAnsible) -> None:
    assert warm_module.programs() == warm.programs
    hot = run(tmp_path)
    warm.stop()
    assert warm_module.programs() is None
    assert run(tmp_path) == hot


def test_exit_status_and_output_are_the_program_s(warm: WarmAnsible) -> None:
    told = playbook(warm, "--version")
    assert told.returncode == 0
    assert told.stdout.startswith("ansible-playbook [core 2.")
    refused = playbook(warm, "no-such-playbook.yml")
    assert refused.returncode == 1
    assert "no-such-playbook.yml could not be found" in refused.stderr


def test_many_runs_one_after_the_other_and_side_by_side(warm: WarmAnsible) -> None:
    program = str(warm.programs / "ansible-playbook")
    runs = [subprocess.Popen([program, "--version"], stdout=subprocess.DEVNULL) for _ in range(6)]
    assert [one.wait(timeout=60) for one in runs] == [0] * 6
    assert playbook(warm, "--version").returncode == 0


def test_without_the_warm_process_the_real_one_runs(warm: WarmAnsible) -> None:
    program = warm.programs / "ansible-playbook"
    (warm.programs.parent / "socket").unlink()
    told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=False)
    assert told.stdout.startswith("ansible-playbook [core 2.")


def test_a_cancelled_run_is_gone_at_once(tmp_path: Path, warm: WarmAnsible) -> None:
    with silent_host() as port:
        asked_to_stop = threading.Event()
        outcomes: list[engine.Outcome] = []
        running = threading.Thread(
            target=lambda: outcomes.append(run_at(port, tmp_path, asked_to_stop.is_set))
        )
        running.start()
        wait_until(lambda: children(warm) != [])
        asked_to_stop.set()
        running.join(timeout=3)
        assert not running.is_alive(), "it is asked twice a second"
        wait_until(lambda: children(warm) == [])
    assert not outcomes[0].ok
    assert outcomes[0].cancelled
    assert warm.ready, "the others' runs go on"
    assert run(tmp_path)[0].failure is not None
    assert run(tmp_path)[1][0] == ("pull", "started")


@contextmanager
def silent_host() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def run_at(port: int, tmp_path: Path, cancelled: Callable[[], bool]) -> engine.Outcome:
    silent = document()
    silent["hosts"]["nowhere"]["port"] = port
    return engine.run(
        "deploy",
        silent,
        app="my-app",
        control_directory=tmp_path / "c",
        on_event=lambda event: None,
        cancelled=cancelled,
    )


def children(warm: WarmAnsible) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(warm.pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in listed.stdout.split()]


# As `ssh` names itself once it keeps a connection for others, and as it is named while it uses one.
KEEPS_CONNECTION, USES_CONNECTION = "ssh: /run/pvdifyd-0/6b2f [mux]", "ssh -S /run/pvdifyd-0/6b2f [mux]"

# Starts a process for each title that goes on, and has that title for its whole command line.
LEAVE_BEHIND = """
import os, subprocess, sys
place, *titles = sys.argv[1:]
os.mkfifo(f"{place}/silence")
silence = os.open(f"{place}/silence", os.O_RDWR)
quiet = {"stdin": silence, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
left = [subprocess.Popen([title], executable="/bin/cat", **quiet).pid for title in titles]
open(f"{place}/left", "w").write(" ".join(map(str, left)))
"""


def test_a_connection_outlives_the_run_that_began_it_and_no_other_orphan_does(
    tmp_path: Path, warm: WarmAnsible
) -> None:
    command = [sys.executable, "-c", LEAVE_BEHIND, str(tmp_path), KEEPS_CONNECTION, USES_CONNECTION]
    leaves = {"ansible.builtin.command": {"argv": command}}
    play = {"hosts": "all", "gather_facts": False, "tasks": [leaves]}
    (tmp_path / "leave.yml").write_text(json.dumps([play]), encoding="utf-8")
    outcome = engine.run(
        str(tmp_path / "leave"),
        {"hosts": {"here": {"connection": "local"}}, "apps": {}},
        app=None,
        control_directory=tmp_path / "c",
        on_event=lambda event: None,
    )
    assert outcome.ok, outcome.failure
    keeps, uses = (int(number) for number in (tmp_path / "left").read_text().split())
    try:
        wait_until(lambda: not Path("/proc", str(uses)).exists())
        assert children(warm) == [keeps]
        assert playbook(warm, "--version").returncode == 0
        assert children(warm) == [keeps], "nor does another run end it"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(keeps, signal.SIGKILL)


def test_it_ends_with_its_starter(tmp_path: Path) -> None:
    with engine.kept_warm(tmp_path / "c") as found:
        wait_until(lambda: found.ready)
        process = found.pid
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert not found.programs.exists()


def test_one_that_was_killed_is_replaced_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keeper, "PAUSE", 0.0)
    with engine.kept_warm(tmp_path / "c") as first:
        wait_until(lambda: first.ready)
        os.kill(first.pid, signal.SIGKILL)
        wait_until(lambda: warm_module.programs() not in (None, first.programs))
        program = str(warm_module.programs()) + "/ansible-playbook"
        assert subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert f"process {first.pid}) has died" in caplog.text
    assert not first.programs.exists()
    assert not Path(program).exists()


def test_one_that_dies_soon_after_its_start_is_not_replaced_at_once(
    warm: WarmAnsible, caplog: pytest.LogCaptureFixture
) -> None:
    os.kill(warm.pid, signal.SIGKILL)
    wait_until(lambda: warm.died)
    assert [warm_module.programs() for _ in range(3)] == [None] * 3
    assert caplog.records == []


def test_what_a_killed_worker_left_in_memory_goes_at_the_next_start(tmp_path: Path) -> None:
    left, foreign = private_of_a_dead_process(tmp_path / "c"), private_of_a_dead_process(tmp_path / "other")
    with engine.kept_warm(tmp_path / "c"):
        assert not left.exists()
        assert foreign.exists()
    shutil.rmtree(foreign)


def test_a_run_of_another_living_process_is_left_alone(tmp_path: Path) -> None:
    # `pvdifyd host add` prepares a host while the worker starts.
    beside = make_private(tmp_path / "c")
    with engine.kept_warm(tmp_path / "c"):
        assert beside.exists()
    shutil.rmtree(beside)


def private_of_a_dead_process(control_directory: Path) -> Path:
    program = "import sys; from pathlib import Path; from pvdifyd.engine.private import make_private; "
    program += "print(make_private(Path(sys.argv[1])))"
    made = subprocess.run(
        [sys.executable, "-c", program, control_directory],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return Path(made.stdout.strip())
