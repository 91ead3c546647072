"""A step ends with the run that asked for it."""

import signal
import subprocess
import sys
import time

PROGRAM = """\
import sys, time
from pvdifyd.host_program.caller import end_with_caller
end_with_caller()
print("begun", flush=True)
time.sleep(30)
"""


def begin() -> "subprocess.Popen[str]":
    step = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
    assert step.stdout is not None
    assert step.stdout.readline() == "begun\n"
    return step


def test_it_ends_when_nobody_reads_its_answer_any_more() -> None:
    step = begin()
    assert step.stdout is not None
    step.stdout.close()
    assert step.wait(timeout=5) == -signal.SIGKILL


def test_it_goes_on_as_long_as_somebody_does() -> None:
    step = begin()
    time.sleep(0.3)
    assert step.poll() is None
    step.kill()
    step.communicate()


def test_a_file_never_goes_away(tmp_path: object) -> None:
    program = "from pvdifyd.host_program.caller import end_with_caller; end_with_caller(); print('done')"
    with open(f"{tmp_path}/out", "w+") as output:
        subprocess.run([sys.executable, "-c", program], stdout=output, timeout=10, check=True)
        output.seek(0)
        assert output.read() == "done\n"
