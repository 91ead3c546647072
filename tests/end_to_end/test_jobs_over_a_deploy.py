"""Processes without traffic when a deploy comes: a worker ends the job it has, a scheduler never runs twice."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.end_to_end import job_server
from tests.end_to_end.job_server import Job, Jobs
from tests.end_to_end.world import World, wait_until

pytestmark = pytest.mark.alone

# Longer than a deploy takes until it asks those before to end, which must have them at hand then.
JOB_SECONDS, TASK_SECONDS = 13, 11


@dataclass
class Story:
    """What happened: the worker had `first` at hand when the deploy began, `second` came while it ran; likewise the
    scheduler with its one task. Times are of time.monotonic."""

    jobs: Jobs
    tasks: Jobs
    first: Job
    second: Job
    task: Job
    deploy_began: float
    deploy_ended: float


@pytest.fixture(scope="module")
def story(world: World) -> Iterator[Story]:
    address = str(world.settings.machine_address)
    with (
        job_server.serving(address) as jobs,
        job_server.serving(address) as tasks,
        deployed(world, jobs, tasks) as app,
    ):
        first, task = jobs.add("first"), tasks.add("task")
        wait_until(lambda: first.given and task.given, seconds=10, what="both have work at hand")
        began = time.monotonic()
        second = jobs.add("second")
        world.done("deploy", app, "--image", world.image("v2"))
        ended = time.monotonic()
        wait_until(lambda: second.done, seconds=JOB_SECONDS + 5, what="the second job is done")
        yield Story(jobs, tasks, first, second, task, began, ended)


@contextmanager
def deployed(world: World, jobs: Jobs, tasks: Jobs) -> Iterator[str]:
    app, address = "jobs", world.settings.machine_address
    processes = [
        "web=1",
        f"worker=1:work {address} {jobs.port} {JOB_SECONDS}",
        f"scheduler=1:work {address} {tasks.port} {TASK_SECONDS}",
    ]
    options = [word for process in processes for word in ("--process", process)]
    world.done("apps:create", app, *options, "--health-path", "/health")
    world.done("deploy", app, "--image", world.image("v1"))
    yield app
    world.done("apps:destroy", app, "--confirm", app)


def test_the_job_at_hand_ends(story: Story) -> None:
    worker, given = story.first.given[0]
    assert given < story.deploy_began
    assert [who for who, _ in story.first.done] == [worker]
    assert story.first.done[0][1] - given >= JOB_SECONDS
    assert story.first.done[0][1] < story.deploy_ended


def test_no_job_runs_twice(story: Story) -> None:
    for job in story.jobs.jobs + story.tasks.jobs:
        assert len(job.given) == len(job.done) == 1, job


def test_the_new_worker_takes_the_next_job_beside_the_old_one(story: Story) -> None:
    assert story.second.given[0][0] == "sample-app v2"
    assert story.second.given[0][1] < story.first.done[0][1]


def test_the_scheduler_does_not_overlap(story: Story) -> None:
    old_ended = max(when for who, when in [*story.tasks.asked, *story.task.done] if who.endswith("v1"))
    new_began = min(when for who, when in story.tasks.asked if who.endswith("v2"))
    assert old_ended < new_began
    assert [who for who, _ in story.task.done] == ["sample-app v1"]
