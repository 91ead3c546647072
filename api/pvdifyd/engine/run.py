"""Running a playbook through ansible-runner."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ansible_runner.interface import init_runner

from . import environment, warm
from .connection import control_path_directory
from .content import playbooks_directory
from .outcome import Outcome, PhaseEvent
from .private import make_private
from .progress import Progress
from .warm import process_tree

# Seconds between two looks whether a run shall be cancelled.
_CANCEL_INTERVAL = 0.5


def run(
    playbook: str,
    document: Mapping[str, Any],
    *,
    app: str | None,
    control_directory: Path,
    on_event: Callable[[PhaseEvent], None],
    cancelled: Callable[[], bool] = lambda: False,
    check: bool = False,
) -> Outcome:
    """Run ``playbook`` ("deploy", "remove", "host", "status") against the hosts of ``document``, for one app of it.

    All user data travels in the document, which the inventory plugin reads as data; the one extra variable is the
    app's name, marked so that it is no template either. Everything a run writes lies in memory, readable by nobody
    else, and is gone when it ends. With ``check`` nothing on the host changes. ``cancelled`` is asked twice a second,
    between two events and in this thread; once it says true, the run is killed.
    """
    private = make_private(control_directory)
    progress = Progress(on_event)
    try:
        runner = _runner(private, playbook, document, app, control_path_directory(control_directory), check)
        runner.event_handler = progress.take
        runner.cancel_callback = lambda: cancelled() and _kill(private)
        status, _ = runner.run()
        return progress.outcome(
            ended_well=status == "successful",
            last_words=_last_words(runner),
            cancelled=status == "canceled",
        )
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _kill(private: Path) -> bool:
    """End a run with all it has started: ansible-runner would leave Ansible's workers at their work. True."""
    for process in process_tree.descendants(os.getpid()):
        with contextlib.suppress(OSError):
            if bytes(private) in Path("/proc", str(process), "cmdline").read_bytes():
                process_tree.kill(process)
    return True


def _runner(
    private: Path,
    playbook: str,
    document: Mapping[str, Any],
    app: str | None,
    control_directory: Path,
    check: bool,
) -> Any:
    (private / "document.json").write_text(json.dumps(document), encoding="utf-8")
    inventory = private / "run.pvdify.yml"
    inventory.write_text(
        json.dumps({"plugin": "pvdify", "document": str(private / "document.json")}), encoding="utf-8"
    )
    ours = environment.settings(private, control_directory, warm.programs())
    runner = init_runner(
        private_data_dir=str(private),
        playbook=str(playbooks_directory() / f"{playbook}.yml"),
        inventory=str(inventory),
        extravars={"app": {"__ansible_unsafe": app}} if app is not None else {},
        envvars=ours,
        cmdline="--check --diff" if check else None,
        quiet=True,
        settings={
            "suppress_ansible_output": True,
            "idle_timeout": None,
            "pexpect_timeout": _CANCEL_INTERVAL,
        },
    )
    runner.config.env = environment.allowed(runner.config.env, ours)
    return runner


def _last_words(runner: Any) -> str:
    try:
        lines = [line.strip() for line in runner.stdout.read().splitlines() if line.strip()]
    except Exception:  # ansible-runner raises its own where a run wrote nothing at all
        return ""
    return next((line for line in lines if "ERROR" in line), lines[-1] if lines else "")
