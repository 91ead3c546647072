"""The playbooks do the same by hand as through the API, and nothing where nothing is to do."""

import re

import pytest

from tests.end_to_end.world import World, answer, wait_until


def changes(output: str) -> int:
    """The changed tasks of a run, of all hosts."""
    return sum(int(count) for count in re.findall(r"changed=(\d+)", output))


@pytest.mark.parametrize("name", ["deploy", "status"])
def test_a_playbook_run_by_hand_changes_nothing(world: World, app: str, name: str) -> None:
    before = world.what_is_on_the_host()
    finished = world.playbook(name, "-e", f"app={app}")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "changed=" in finished.stdout
    assert changes(finished.stdout) == 0, finished.stdout
    assert world.what_is_on_the_host() == before


def test_preparing_the_host_again_changes_nothing(world: World) -> None:
    finished = world.playbook("host")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert changes(finished.stdout) == 0, finished.stdout


def test_deploying_by_hand_repairs_what_was_lost(world: World, app: str) -> None:
    world.on_host(
        "sh", "-c", f"systemctl stop 'pvdify-{app}-web*' && rm -r /etc/containers/systemd/pvdify-{app}-*"
    )
    assert answer(world.url(app))[0] != 200
    finished = world.playbook("deploy", "-e", f"app={app}")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert changes(finished.stdout) > 0
    # The proxy had found the servers gone; its own check finds them again, once a second.
    wait_until(lambda: answer(world.url(app)) == (200, "v1"), seconds=3, what="the app answers again")


def test_removing_by_hand_leaves_nothing_and_again_changes_nothing(world: World, app: str) -> None:
    assert world.playbook("remove", "-e", f"app={app}").returncode == 0
    left = world.what_is_on_the_host()
    assert not [text for name, text in left.items() if name != "images" and f"pvdify-{app}-" in text]
    again = world.playbook("remove", "-e", f"app={app}")
    assert again.returncode == 0
    assert changes(again.stdout) == 0


def test_an_app_that_is_not_there_is_named(world: World) -> None:
    finished = world.playbook("deploy", "-e", "app=nobody")
    assert finished.returncode != 0
    assert "pvdify knows no such app" in finished.stdout + finished.stderr
