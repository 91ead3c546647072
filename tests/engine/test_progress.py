"""From Ansible's events to the phases a person sees."""

from typing import Any

import pytest

from pvdifyd.engine.outcome import PhaseEvent
from pvdifyd.engine.progress import Progress


class Run:
    """Feeds a `Progress` as ansible-runner would, one second an event."""

    def __init__(self) -> None:
        self.told: list[PhaseEvent] = []
        self.progress = Progress(self.told.append)
        self._second = 0

    def _take(self, event: str, **data: Any) -> None:
        self._second += 1
        created = f"2026-01-01T00:00:{self._second:02d}+00:00"
        self.progress.take({"event": event, "created": created, "event_data": data})

    def task(self, name: str) -> None:
        self._take("playbook_on_task_start", task=name)

    def ok(self, **result: Any) -> None:
        self._take("runner_on_ok", res=result)

    def failed(self, **result: Any) -> None:
        self._take("runner_on_failed", res=result)

    def unreachable(self, message: str) -> None:
        self._take("runner_on_unreachable", host="web1", res={"msg": message})

    def stats(self) -> None:
        self._take("playbook_on_stats")

    def phases(self) -> list[tuple[str, str]]:
        return [(event.phase, event.status) for event in self.told]


@pytest.fixture
def run() -> Run:
    return Run()


def test_each_phase_begins_and_ends_once_however_many_tasks_it_has(run: Run) -> None:
    run.task("pull | Have the image on the host")
    run.ok(phase="pull", msg="pulled it", changed=True, digest="sha256:1")
    run.task("switch | Send requests to the release")
    run.ok(phase="switch", msg="told", changed=True, how="runtime")
    run.task("Validating arguments against arg spec 'switch'")
    run.ok(msg="The arg spec validation passed")
    run.task("switch | Have restarts bring it up")
    run.ok(phase="switch", msg="release 2 is current", changed=True)
    run.stats()
    assert run.phases() == [("pull", "started"), ("pull", "ok"), ("switch", "started"), ("switch", "ok")]
    assert run.told[1].message == "pulled it"
    assert run.told[3].message == "told; release 2 is current"
    assert run.told[1].seconds == 2.0
    outcome = run.progress.outcome(ended_well=True, last_words="")
    assert outcome.ok
    assert outcome.changed
    assert outcome.results == {"pull": {"digest": "sha256:1"}, "switch": {"how": "runtime"}}


def test_the_first_failure_is_the_reason_and_the_rescue_is_told(run: Run) -> None:
    run.task("start | Have every instance healthy")
    run.failed(
        phase="start", code="release_crashed", msg="web.1 exited with code 3", details={"exit_code": 3}
    )
    run.task("discard | Take the release away again")
    run.ok(phase="discard", msg="release 2 left the host", changed=True)
    run.task("Fail with the reason")
    run.failed(msg="web.1 exited with code 3")
    run.stats()
    assert run.phases() == [
        ("start", "started"),
        ("start", "failed"),
        ("discard", "started"),
        ("discard", "ok"),
    ]
    outcome = run.progress.outcome(ended_well=False, last_words="")
    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.phase) == ("release_crashed", "start")
    assert outcome.failure.details == {"exit_code": 3}
    assert not outcome.switched
    assert not outcome.interrupted


def test_what_a_step_found_out_before_it_failed_is_kept(run: Run) -> None:
    run.task("dns | Settle the records")
    run.failed(phase="dns", code="record_exists", msg="a.example has one", domains={"b.example": "active"})
    run.task("Fail with the reason")
    run.failed(msg="a.example has one", domains="of no step")
    assert run.progress.outcome(ended_well=False, last_words="").results == {
        "dns": {"domains": {"b.example": "active"}}
    }


def test_a_discard_that_fails_too_does_not_hide_why(run: Run) -> None:
    run.task("start | Have every instance healthy")
    run.failed(phase="start", code="release_unhealthy", msg="late")
    run.task("discard | Take the release away again")
    run.failed(phase="discard", code="host_io_error", msg="disk full")
    run.stats()
    outcome = run.progress.outcome(ended_well=False, last_words="")
    assert outcome.failure is not None
    assert outcome.failure.code == "release_unhealthy"
    assert not outcome.interrupted, "the same would happen again"
    assert run.phases()[-1] == ("discard", "failed")


def test_a_host_that_can_t_be_reached_is_named(run: Run) -> None:
    run.task("pull | Have the image on the host")
    run.unreachable("Failed to connect to the host via ssh:\nConnection refused")
    outcome = run.progress.outcome(ended_well=False, last_words="")
    assert outcome.failure is not None
    assert outcome.failure.code == "host_unreachable"
    assert "'web1'" in outcome.failure.message
    assert "Connection refused" in outcome.failure.message


def test_when_only_the_clean_up_failed_the_new_release_serves(run: Run) -> None:
    run.task("retire | Retire what no longer serves")
    run.failed(phase="retire", code="host_command_failed", msg="stop failed")
    outcome = run.progress.outcome(ended_well=False, last_words="")
    assert not outcome.ok
    assert outcome.switched


def test_a_host_lost_in_the_middle_is_to_be_asked_again(run: Run) -> None:
    run.task("pull | Have the image on the host")
    run.task("switch | Send requests to the release")
    run.failed(phase="switch", code="host_unreachable", msg="The host can't be reached: Connection reset")
    assert run.progress.outcome(ended_well=False, last_words="").interrupted


def test_a_host_that_never_answered_has_nothing_to_mend(run: Run) -> None:
    run.task("pull | Have the image on the host")
    run.failed(phase="pull", code="host_unreachable", msg="The host can't be reached: Connection refused")
    run.task("discard | Take the release away again")
    run.failed(phase="discard", code="host_unreachable", msg="The host can't be reached: Connection refused")
    run.stats()
    assert not run.progress.outcome(ended_well=False, last_words="").interrupted


def test_a_host_lost_in_a_phase_that_comes_a_second_time_is_one_lost_in_the_middle(run: Run) -> None:
    for phase in ("dns", "ingress"):
        run.task(f"{phase} | Do it")
        run.ok(phase=phase, msg="done")
    run.task("dns | Do it")
    run.failed(phase="dns", code="host_unreachable", msg="The host can't be reached: Connection reset")
    outcome = run.progress.outcome(ended_well=False, last_words="")
    assert outcome.first_phase == "dns"
    assert outcome.interrupted


def test_each_playbook_has_a_first_phase_of_its_own(run: Run) -> None:
    run.task("stage | Write what runs")
    run.failed(phase="stage", code="host_unreachable", msg="The host can't be reached: Connection refused")
    run.stats()
    outcome = run.progress.outcome(ended_well=False, last_words="")
    assert outcome.first_phase == "stage"
    assert not outcome.interrupted


@pytest.mark.parametrize("tasks", [[], ["pull | Have the image"], ["pull | Have it", "stage | Write"]])
def test_a_playbook_that_was_killed_is_to_be_run_again_wherever_it_was(run: Run, tasks: list[str]) -> None:
    for task in tasks:
        run.task(task)
    assert run.progress.outcome(ended_well=False, last_words="").interrupted


def test_a_playbook_that_was_killed_in_its_rescue_is_to_be_run_again_for_the_first_reason(run: Run) -> None:
    run.task("start | Have every instance healthy")
    run.failed(phase="start", code="release_crashed", msg="web.1 exited with code 3")
    run.task("discard | Take the release away again")
    outcome = run.progress.outcome(ended_well=False, last_words="")
    assert outcome.interrupted
    assert outcome.failure is not None
    assert outcome.failure.code == "release_crashed"
    assert outcome.cut_off is not None
    assert (outcome.cut_off.code, outcome.cut_off.phase) == ("engine_failed", "discard")


@pytest.mark.parametrize("code", ["host_unreachable", "host_going_down", "step_killed"])
def test_a_host_lost_in_the_rescue_is_to_be_asked_again_for_the_first_reason(run: Run, code: str) -> None:
    run.task("start | Have every instance healthy")
    run.failed(phase="start", code="release_crashed", msg="web.1 exited with code 3")
    run.task("discard | Take the release away again")
    run.failed(phase="discard", code=code, msg="no answer")
    run.task("Fail with the reason")
    run.failed(msg="web.1 exited with code 3")
    run.stats()
    outcome = run.progress.outcome(ended_well=False, last_words="")
    assert outcome.interrupted
    assert outcome.failure is not None
    assert outcome.failure.code == "release_crashed"
    assert outcome.cut_off is not None
    assert (outcome.cut_off.code, outcome.cut_off.phase) == (code, "discard")


def test_a_run_cancelled_in_its_rescue_is_not_cut_off(run: Run) -> None:
    run.task("start | Have every instance healthy")
    run.failed(phase="start", code="release_crashed", msg="web.1 exited with code 3")
    run.task("discard | Take the release away again")
    outcome = run.progress.outcome(ended_well=False, last_words="", cancelled=True)
    assert (outcome.cancelled, outcome.interrupted) == (True, False)


def test_a_cancelled_run_is_neither_a_success_nor_cut_off(run: Run) -> None:
    run.task("pull | Have the image on the host")
    outcome = run.progress.outcome(ended_well=False, last_words="", cancelled=True)
    assert (outcome.ok, outcome.cancelled, outcome.interrupted, outcome.switched) == (
        False,
        True,
        False,
        False,
    )
    assert outcome.failure is not None
    assert outcome.failure.code == "cancelled"


def test_a_release_that_serves_already_has_switched(run: Run) -> None:
    run.task("start | Have every instance healthy")
    run.failed(phase="start", code="release_crashed", msg="web.1 exited")
    run.task("discard | Take the release away again")
    run.ok(phase="discard", msg="release 2 serves; it stays", stays=True)
    run.stats()
    assert run.progress.outcome(ended_well=False, last_words="").switched


def test_a_playbook_that_dies_without_a_word_has_failed(run: Run) -> None:
    outcome = run.progress.outcome(ended_well=False, last_words="ERROR! no such file")
    assert outcome.failure is not None
    assert outcome.failure.code == "engine_failed"
    assert "no such file" in outcome.failure.message
