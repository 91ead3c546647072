"""How an instance ended, in words."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass

from .commands import run
from .names import Instance
from .systemctl import UnitState

# systemd's own messages (systemd.journal-fields(7), `journalctl --catalog`): a main process ended, with EXIT_CODE and
# EXIT_STATUS; the kernel ended a process of the unit for want of memory.
_MAIN_PROCESS_ENDED = "98e322203f7a4ed290d09fe03c09fe15"
_OUT_OF_MEMORY = "fe6faa94e7774663a0da52717891d8ef"


@dataclass(frozen=True)
class Ending:
    """``exit_code`` is the process's own, or 128 and the number of the signal that ended it; None where nobody knows
    it."""

    exit_code: int | None
    out_of_memory: bool = False

    def __str__(self) -> str:
        """What a sentence about the instance goes on with: ``exited with code 3``."""
        if self.out_of_memory:
            return "was killed for using more memory than it may (out of memory)"
        if self.exit_code is None:
            return "ended"
        if self.exit_code > 128:
            return f"was killed by {_name_of(self.exit_code - 128)} (exit code {self.exit_code})"
        return f"exited with code {self.exit_code}"


def ending_of(state: UnitState) -> Ending:
    """How a unit that does not run ended."""
    signalled = 128 + state.signal if state.signal is not None else None
    return Ending(
        state.exit_code if state.exit_code is not None else signalled,
        out_of_memory=state.result == "oom-kill",
    )


def last_ending(instance: Instance) -> Ending | None:
    """How it ended the last time: systemd forgets that when it starts a unit again, the journal does not. None where
    the journal has nothing of it any more."""
    asked = [
        *("journalctl", "--quiet", "--no-pager", "--output=json", "--lines=4"),
        *(f"UNIT={instance.unit}", f"MESSAGE_ID={_MAIN_PROCESS_ENDED}", "+"),
        *(f"UNIT={instance.unit}", f"MESSAGE_ID={_OUT_OF_MEMORY}"),
    ]
    told = [json.loads(line) for line in run(asked).output.splitlines() if line.startswith("{")]
    if not told:
        return None
    last = [one for one in told if one.get("INVOCATION_ID") == told[-1].get("INVOCATION_ID")]
    killed = any(one.get("MESSAGE_ID") == _OUT_OF_MEMORY for one in last)
    codes = [_exit_code(one) for one in last if one.get("MESSAGE_ID") == _MAIN_PROCESS_ENDED]
    return Ending(codes[-1] if codes else None, out_of_memory=killed)


def _exit_code(told: dict[str, str]) -> int | None:
    status = told.get("EXIT_STATUS", "")
    if told.get("EXIT_CODE") == "exited" and status.isdigit():
        return int(status)
    number = signal.Signals.__members__.get(f"SIG{status}")
    return 128 + number if number is not None else None


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
