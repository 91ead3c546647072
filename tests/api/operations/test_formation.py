"""How many instances run: what is scaled, stopped and started adds up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.models import App, Release
from pvdifyd.operations.formation import Formation, of_release, stored

TYPES = ("web", "worker", "scheduler")
counts = st.dictionaries(st.sampled_from(TYPES), st.integers(0, 100), min_size=1)
processes = st.none() | st.sampled_from((*TYPES, "unknown"))


@st.composite
def formations(draw: st.DrawFn) -> Formation:
    has = draw(counts)
    return Formation(has, frozenset(draw(st.sets(st.sampled_from(sorted(has))))))


def effective(formation: Formation) -> dict[str, int]:
    return {process: formation.effective(process) for process in formation.counts}


@given(formations(), counts)
def test_what_is_scaled_runs_with_its_count_and_the_rest_as_before(
    before: Formation, asked: dict[str, int]
) -> None:
    after = before.scaled(asked)
    assert effective(after) == {
        process: asked.get(process, count) for process, count in effective(before).items()
    }


@given(formations(), processes)
def test_what_is_stopped_starts_again_with_the_count_it_had(
    formation: Formation, process: str | None
) -> None:
    running = formation.starting(None)
    assert running.stopping(process).starting(process) == running
    stopped = running.stopping(process)
    chosen = set(running.counts) & ({process} if process else set(running.counts))
    assert {one for one in running.counts if stopped.effective(one) == 0} >= chosen
    assert stopped.stopped_counts == {one: running.counts[one] for one in chosen}


@given(formations(), st.lists(st.one_of(processes, counts), max_size=6))
def test_counts_and_stops_never_name_a_type_that_is_not_there(
    formation: Formation, steps: list[object]
) -> None:
    now = formation
    for index, step in enumerate(steps):
        if isinstance(step, dict):
            now = now.scaled(step)
        elif index % 2:
            now = now.stopping(step)  # type: ignore[arg-type]
        else:
            now = now.starting(step)  # type: ignore[arg-type]
    assert now.counts.keys() == formation.counts.keys()
    assert now.stopped <= now.counts.keys()


@given(formations())
def test_stopping_all_is_being_stopped_unless_nothing_ran(formation: Formation) -> None:
    assert formation.stopping(None).is_stopped == any(formation.counts.values())
    assert not formation.starting(None).is_stopped


RELEASE = Release(processes={"web": {"command": None, "count": 1}, "worker": {"command": None, "count": 2}})


def test_a_release_gets_the_slots_counts_and_keeps_its_own_for_a_type_that_the_slot_lost() -> None:
    app = App(processes={"web": {"count": 4}, "other": {"count": 9}}, stopped=["web"])
    assert of_release(app, RELEASE) == Formation({"web": 4, "worker": 2})


def test_an_app_deployed_before_formations_were_kept_runs_what_its_release_says() -> None:
    assert stored(App(formation=None), RELEASE) == Formation({"web": 1, "worker": 2})


def test_what_runs_is_the_formation_whatever_the_slot_says_for_the_next_release() -> None:
    app = App(processes={"web": {"count": 9}}, formation={"web": 3, "worker": 0}, stopped=["web", "gone"])
    assert stored(app, RELEASE) == Formation({"web": 3, "worker": 0}, frozenset({"web"}))
