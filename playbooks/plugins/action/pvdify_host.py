"""Run one step of pvdify's host program over the task's own connection.

An ordinary module would cost about four times as much here: most of its time goes to compiling Ansible's module
library on the host, which these steps do not use. See docs/decisions/0003-host-program.md.
"""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from pvdifyd.engine.payload import NoAnswer, answer_in, script


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
        """The step's answer. A connection that breaks is tried once more: every step is safe to repeat. When that
        fails too it is the task that failed, so that the playbook's rescue has its turn."""
        python = str(task_vars.get("ansible_python_interpreter", "/usr/bin/python3"))
        for attempt in ("first", "second"):
            try:
                ended = self._low_level_execute_command(f"{python} -I -", in_data=program, sudoable=True)
                return answer_in(ended["stdout"], ended["stderr"])
            except NoAnswer as silence:
                raise AnsibleActionFail(
                    f"The host program gave no answer on the host: {silence}"
                ) from silence
            except AnsibleConnectionFailure as broken:
                if attempt == "second":
                    return _unreachable(step, str(broken))
        raise AssertionError("the second attempt returns")


def _unreachable(step: str, said: str) -> dict[str, Any]:
    last = said.strip().splitlines()[-1].strip() if said.strip() else "no answer"
    return {
        "failed": True,
        "changed": False,
        "phase": step,
        "code": "host_unreachable",
        "msg": f"The host can't be reached: {last}",
        "details": {
            "next_step": "Check that the host is up, and that pvdifyd's ssh key and the known host key still fit."
        },
    }
