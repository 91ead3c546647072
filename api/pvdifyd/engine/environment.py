"""The environment a playbook runs in: made from a list of what is allowed in, never inherited.

ansible-runner writes a run's environment to a file and would pass on everything pvdifyd was started with.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from .connection import SSH_OPTIONS
from .content import playbooks_directory, roles_directory

# How much Ansible says, the last of them, changes nothing of what it does.
_INHERITED = ("HOME", "LANG", "LC_ALL", "TZ", "SSH_AUTH_SOCK", "ANSIBLE_VERBOSITY")
_SET_BY_RUNNER = (
    "ANSIBLE_CALLBACK_PLUGINS",
    "ANSIBLE_STDOUT_CALLBACK",
    "AWX_ISOLATED_DATA_DIR",
    "RUNNER_OMIT_EVENTS",
    "RUNNER_ONLY_FAILED_EVENTS",
    "ORIGINAL_STDOUT_CALLBACK",
)


def settings(private: Path, control_directory: Path, programs: Path | None = None) -> dict[str, str]:
    """Ansible's settings for one run, whose files all lie in ``private``; ``programs`` stands first on its PATH."""
    plugins = playbooks_directory() / "plugins"
    path = [
        *([str(programs)] if programs is not None else []),
        str(Path(sys.executable).parent),
        "/usr/local/sbin",
        "/usr/local/bin",
        "/usr/sbin",
        "/usr/bin",
        "/bin",
    ]
    return {
        "PATH": os.pathsep.join(path),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "TMPDIR": str(private / "tmp"),
        "ANSIBLE_CONFIG": str(private / "ansible.cfg"),
        "ANSIBLE_HOME": str(private / "ansible"),
        "ANSIBLE_ROLES_PATH": str(roles_directory()),
        "ANSIBLE_LIBRARY": str(plugins / "modules"),
        "ANSIBLE_ACTION_PLUGINS": str(plugins / "action"),
        "ANSIBLE_LOOKUP_PLUGINS": str(plugins / "lookup"),
        "ANSIBLE_INVENTORY_PLUGINS": str(plugins / "inventory"),
        "ANSIBLE_INVENTORY_ENABLED": "pvdify",
        "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
        "ANSIBLE_GATHERING": "explicit",
        "ANSIBLE_HOST_KEY_CHECKING": "True",
        "ANSIBLE_PIPELINING": "True",
        "ANSIBLE_SSH_ARGS": " ".join(SSH_OPTIONS),
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(control_directory),
        "ANSIBLE_SSH_CONTROL_PATH": "%(directory)s/%%C",
        "ANSIBLE_NOCOLOR": "True",
    }


def inherited() -> dict[str, str]:
    """What this process's own environment may pass on."""
    return {key: os.environ[key] for key in _INHERITED if key in os.environ}


def allowed(prepared: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """What of the environment that ansible-runner prepared may go in, with ours over it."""
    let_in = {key: prepared[key] for key in (*_INHERITED, *_SET_BY_RUNNER) if key in prepared}
    runner_s_own = {key: ours[key] for key in ours if key not in _SET_BY_RUNNER}
    return {**let_in, **runner_s_own}
