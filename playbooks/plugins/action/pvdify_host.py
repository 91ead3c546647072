"""Run one step of pvdify's host program over the task's own connection.

An ordinary module would cost about four times as much here: most of its time goes to compiling Ansible's module
library on the host, which these steps do not use. See docs/decisions/0003-host-program.md.
"""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from pvdifyd.engine.payload import NoAnswer, answer_in, script

ATTEMPTS = 2
_NEXT_STEPS = {
    "host_unreachable": "Check that the host is up, and that pvdifyd's ssh key and the known host key still fit.",
    "step_killed": "Look at the host's journal and its memory, then ask for the same again.",
}


class ActionModule(ActionBase):
    """``pvdify_host``: options ``step`` and ``arguments``; knows check mode and diff, and is safe to repeat."""

    TRANSFERS_FILES = False
    _VALID_ARGS = frozenset(("step", "arguments"))

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        step = self._task.args.get("step")
        arguments = self._task.args.get("arguments")
        if not isinstance(step, str) or not isinstance(arguments, dict):
            raise AnsibleActionFail("pvdify_host needs step (text) and arguments (a mapping)")
        program = script(step, arguments, check=bool(self._task.check_mode))
        said = self._ask(step, program, task_vars or {})
        if not self._task.diff:
            said.pop("diff", None)
        result.update(said)
        return result

    def _ask(self, step: str, program: bytes, task_vars: dict[str, Any]) -> dict[str, Any]:
        """The step's answer. One that gets none, because the connection broke or somebody killed it on the host, is
        done once more: every step is safe to repeat. When that fails too it is the task that failed, so that the
        playbook's rescue has its turn."""
        python = str(task_vars.get("ansible_python_interpreter", "/usr/bin/python3"))
        said: dict[str, Any] = {}
        for _ in range(ATTEMPTS):
            try:
                ended = self._low_level_execute_command(f"{python} -I -", in_data=program, sudoable=True)
                return answer_in(ended["stdout"], ended["stderr"])
            except NoAnswer as silence:
                said = _failed(
                    step, "step_killed", f"The step {step} ended on the host without an answer: {silence}"
                )
            except AnsibleConnectionFailure as broken:
                said = _failed(
                    step, "host_unreachable", f"The host can't be reached: {_last_line(str(broken))}"
                )
        return said


def _failed(step: str, code: str, message: str) -> dict[str, Any]:
    return {
        "failed": True,
        "changed": False,
        "phase": step,
        "code": code,
        "msg": message,
        "details": {"next_step": _NEXT_STEPS[code]},
    }


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1].strip() if text.strip() else "no answer"
