"""A secret is where its app's containers need it, for root alone, and nowhere else, whatever is done and goes wrong."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import daemon, ssh
from tests.end_to_end import canary_story, everywhere, inside
from tests.end_to_end.canary import Canary
from tests.end_to_end.canary_story import APP, Story
from tests.end_to_end.every_answer import every_answer
from tests.end_to_end.host_side import HostSide
from tests.end_to_end.watching import Watch
from tests.end_to_end.world import World

# In the host's memory, and in podman's own files of a running container.
MUST_BE = re.compile(
    rf"/run/pvdify/environment/{APP}-v\d+/TOKEN"
    r"|/var/lib/containers/storage/overlay-containers/[0-9a-f]{64}/userdata/config\.json"
    r"|/run/crun/[0-9a-f]{64}/.*"
)


@pytest.fixture(scope="module")
def story(world: World) -> Iterator[Story]:
    with canary_story.told(world) as story:
        yield story


def test_the_app_has_it(story: Story) -> None:
    assert inside.environment(story.world, APP)["TOKEN"] == story.canary.value


def test_it_would_be_found_in_any_form(story: Story) -> None:
    assert [form for form, text in story.canary.forms().items() if not story.canary.is_in(text)] == []
    assert not story.canary.is_in(Canary().value)


@pytest.mark.parametrize("form", ["plain", "JSON in JSON", "base64 after 1 bytes"])
def test_it_would_be_found_in_a_file(story: Story, form: str) -> None:
    """In the daemon's home and among Ansible's files; on the host's disk and in its memory."""
    text, root = story.canary.forms()[form], HostSide(story.world).root
    here = [daemon.home(story.world.settings) / "data/planted", Path("/dev/shm/pvdify-run-planted")]
    there = [root / place / "planted" for place in ("etc/pvdify", "run", "tmp", "var/lib/containers/storage")]
    try:
        for path in (*here, *there):
            path.write_text(text)
        assert set(everywhere.files_here(story.world, story.canary)) >= set(map(str, here))
        found = everywhere.files_there(story.world, story.canary)
        assert {path for path in found if path.endswith("planted")} == {
            str(path).removeprefix(str(root)) for path in there
        }
    finally:
        for path in (*here, *there):
            path.unlink(missing_ok=True)


def test_it_would_be_found_in_what_is_told(story: Story, tmp_path: Path) -> None:
    """A plain value, given as an argument, is in all the places where a secret must not be."""
    world, planted = story.world, Canary()
    variables = {"PATH": os.defpath, "PLANTED": planted.value}
    with Watch(planted) as watch, subprocess.Popen(["sleep", "1"], env=variables):
        world.done("config:set", APP, f"PLAIN={planted.value}")
    places = " ".join(watch.found)
    for name in ("a command line", "an environment", "document.json"):
        assert name in places, name

    ssh.on_host(world.settings, "systemd-cat", standard_input=planted.value)
    journal = dict(everywhere.told_on_the_host(world))["the host's journal"]
    database = dict(everywhere.told_on_this_machine(world, tmp_path))
    assert planted.is_in(journal)
    assert [name for name in ("the database", "a backup") if not planted.is_in(database[name])] == []
    assert everywhere.files_here(world, planted)
    assert f"/apps/{APP}/config" in [path for path, text in every_answer(world, APP) if planted.is_in(text)]
    assert [path for path in everywhere.files_there(world, planted) if path.endswith("environment.json")]
    world.done("config:unset", APP, "PLAIN", "--no-restart")


def test_nothing_said_it_to_the_command_line(story: Story) -> None:
    assert [name for name, text in story.said.items() if story.canary.is_in(text)] == []


def test_no_process_and_no_run_showed_it(story: Story) -> None:
    assert story.watch.found == set()
    # It did look: at the host's processes too, and at runs that said all they did.
    assert story.watch.programs >= {"ssh", "podman", "conmon", "pvdify"}
    assert story.watch.files > 100
    assert story.watch.verbose


def test_no_answer_of_the_api_has_it(story: Story) -> None:
    assert [path for path, text in every_answer(story.world, APP) if story.canary.is_in(text)] == []


def test_a_playbook_by_hand_does_not_say_it(story: Story) -> None:
    finished = story.world.playbook("deploy", "-e", f"app={APP}", "-vvv", "--diff")
    said = finished.stdout + finished.stderr
    assert finished.returncode == 0, said
    assert "ESTABLISH SSH CONNECTION" in said
    assert "sops : stage" in said
    assert not story.canary.is_in(said)


def test_it_is_nowhere_on_this_machine(story: Story, tmp_path: Path) -> None:
    assert everywhere.files_here(story.world, story.canary) == []
    told = everywhere.told_on_this_machine(story.world, tmp_path)
    assert [name for name, text in told if story.canary.is_in(text)] == []


def test_on_the_host_it_is_where_its_containers_need_it(story: Story) -> None:
    told = dict(everywhere.told_on_the_host(story.world))
    assert all(told.values())
    assert [name for name, text in told.items() if story.canary.is_in(text)] == []
    places = everywhere.files_there(story.world, story.canary)
    assert [path for path in places if not MUST_BE.fullmatch(path)] == []
    assert {path.split("/")[1] for path in places} == {"run", "var"}


def test_there_only_root_reads_it(story: Story) -> None:
    world = story.world
    kept = "/run/pvdify/environment"
    assert world.on_host("stat", "--format=%a %U", kept) == "700 root\n"
    assert world.on_host("stat", "--file-system", "--format=%T", kept) == "tmpfs\n"
    process = world.on_host("podman", "inspect", "--format={{.State.Pid}}", inside.container(world, APP))
    places = [*everywhere.files_there(world, story.canary), f"/proc/{process.strip()}/environ"]
    as_nobody = ["runuser", "-u", "nobody", "--", "cat"]
    for path in places:
        assert world.exit_code_on_host("cat", path) == 0
        assert world.exit_code_on_host(*as_nobody, path) != 0, path


def test_when_the_app_is_gone_it_is_nowhere(story: Story, tmp_path: Path) -> None:
    world, canary = story.world, story.canary
    world.done("apps:destroy", APP, "--confirm", APP)
    assert everywhere.files_there(world, canary) == []
    assert everywhere.files_here(world, canary) == []
    assert f"pvdify-{APP}-" not in world.on_host("podman", "secret", "ls")
    for name, text in everywhere.told_on_this_machine(world, tmp_path):
        assert not canary.is_in(text), name
