"""What is in the wheel, and that it works where there is no checkout."""

import os
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PLACES = {
    "api/pvdifyd": "pvdifyd",
    "cli/pvdify": "pvdify",
    "playbooks": "pvdifyd/playbooks",
    "roles": "pvdifyd/roles",
    "inventory": "pvdifyd/inventory_content",
}


@pytest.mark.parametrize(("folder", "place"), PLACES.items())
def test_every_file_of_the_tree_is_in_the_wheel(content: set[str], folder: str, place: str) -> None:
    wanted = {
        f"{place}/{path.relative_to(CHECKOUT / folder)}"
        for path in (CHECKOUT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert wanted, f"{folder} is empty"
    assert sorted(wanted - content) == [], "name the package, or the pattern of its data files, in setup.cfg"


def test_nothing_else_is_in_the_wheel(content: set[str]) -> None:
    places = {name.split("/")[0] for name in content}
    assert {place for place in places if not place.endswith(".dist-info")} == {"pvdify", "pvdifyd"}
    assert not [name for name in content if name.endswith(".pyc")]


def test_the_light_install_has_the_command_line_and_not_ansible(environment: Path) -> None:
    assert "Usage: pvdify" in _run(environment / "pvdify", "--help")
    installed = _run(environment / "pip", "list", "--format=freeze").lower()
    assert "requests==" in installed
    assert not [line for line in installed.splitlines() if line.startswith(("ansible", "flask", "peewee"))]


def test_the_daemon_without_its_extra_says_what_to_install(environment: Path) -> None:
    finished = subprocess.run(
        [environment / "pvdifyd", "init"], cwd="/", capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode != 0
    assert "pvdify[server]" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_the_daemon_sets_itself_up_where_there_is_no_checkout(
    server_environment: Path, tmp_path: Path
) -> None:
    settings = {"PVDIFYD_HOME": str(tmp_path / "home"), "PVDIFYD_USER": "root"}
    _run(server_environment / "pvdifyd", "init", **settings)
    assert _run(server_environment / "pvdifyd", "token", "create", **settings).startswith("pvd_")


def test_the_content_is_found_where_there_is_no_checkout(server_environment: Path) -> None:
    program = (
        "from pvdifyd import engine\n"
        "print(engine.playbooks_directory(), engine.roles_directory(), engine.inventory_directory(), sep='\\n')"
    )
    found = [Path(line) for line in _run(server_environment / "python", "-I", "-c", program).splitlines()]
    assert [path for path in found if not path.is_relative_to(server_environment.parent)] == []
    playbooks, roles, inventory = found
    assert (playbooks / "deploy.yml").is_file()
    assert (roles / "podman_container/tasks/main.yml").is_file()
    assert (inventory / "database.pvdify.yml").is_file()
    _run(
        server_environment / "ansible-playbook",
        "--syntax-check",
        *("-i", "localhost,"),
        playbooks / "host.yml",
        ANSIBLE_ROLES_PATH=str(roles),
        ANSIBLE_LIBRARY=str(playbooks / "plugins/modules"),
        ANSIBLE_ACTION_PLUGINS=str(playbooks / "plugins/action"),
        ANSIBLE_LOOKUP_PLUGINS=str(playbooks / "plugins/lookup"),
    )


def _run(*command: object, **environment: str) -> str:
    finished = subprocess.run(
        [str(word) for word in command],
        cwd="/",
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
