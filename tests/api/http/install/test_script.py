"""What the script does on a person's machine, and what it says when it can't."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pvdifyd.http.install import routes
from tests.api.http.install.conftest import Person, site_packages

# Says that it is new enough for anything, but can't make virtual environments.
WITHOUT_VENV = """#!/bin/sh
case $* in *ensurepip*) exit 1 ;; esac
exit 0
"""
TOO_OLD = """#!/bin/sh
[ "$1" = --version ] && echo Python 3.9.2 && exit
exit 1
"""


def version_of(link: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": site_packages()}
    return subprocess.run(
        [link, "--version"], env=environment, capture_output=True, text=True, timeout=60, check=True
    ).stdout


def test_it_installs_and_a_second_run_takes_the_place_of_the_first_at_once(person: Person) -> None:
    first = person.run()
    assert (first.returncode, first.stderr) == (0, "")
    assert version_of(person.link).startswith("pvdify ")
    assert f'not in your PATH yet: log in again, or  export PATH="{person.link.parent}:$PATH"' in first.stdout
    assert "pvdify login --url https://pvdify.win\n" in first.stdout
    assert f"rm -rf {person.home}/.local/share/pvdify {person.link}\n" in first.stdout
    (made,) = person.environments
    assert person.link.readlink() == made / "bin/pvdify"
    assert routes.WHEEL is not None
    assert not (made / routes.WHEEL.name).exists()

    second = person.run(PATH=f"{person.programs}:{person.link.parent}")
    assert (second.returncode, second.stderr) == (0, "")
    assert "PATH" not in second.stdout
    newer = person.link.readlink().parents[1]
    # The one before stays: something may run in it.
    assert set(person.environments) == {made, newer}
    assert version_of(person.link).startswith("pvdify ")

    # What is older than that goes with the next run, but for what another run may be making just now.
    long_ago = time.time() - 2 * 3600
    for path in (made, newer):
        os.utime(path, (long_ago, long_ago))
    fresh = made.parent / "being-made"
    fresh.mkdir()
    assert person.run().returncode == 0
    newest = person.link.readlink().parents[1]
    assert set(person.environments) == {newer, newest, fresh}


def test_what_was_installed_stays_usable_when_a_later_run_fails(person: Person) -> None:
    assert person.run().returncode == 0
    led_to = person.link.readlink()
    said = person.refused(PIP_NO_DEPS="0")
    assert "pip could not install it. What was installed before is as it was." in said
    assert person.link.readlink() == led_to
    assert version_of(person.link).startswith("pvdify ")


def test_other_places_python_and_server_are_taken_when_they_are_named(person: Person, tmp_path: Path) -> None:
    person.lacks("python3")
    done = person.run(
        PVDIFY_INSTALL_DIR=str(tmp_path / "with a space"),
        PVDIFY_INSTALL_BIN=str(tmp_path / "bin"),
        PVDIFY_INSTALL_PYTHON=sys.executable,
        PVDIFY_INSTALL_URL="https://10.0.0.2:9443/",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "bin/pvdify").readlink().is_relative_to(tmp_path / "with a space")
    assert version_of(tmp_path / "bin/pvdify").startswith("pvdify ")
    assert (person.server / "asked").read_text().startswith("https://10.0.0.2:9443/install/pvdify-")
    assert "pvdify login --url https://10.0.0.2:9443\n" in done.stdout
    assert list(person.home.iterdir()) == []


def test_what_is_missing_is_named_with_the_package_that_has_it(person: Person) -> None:
    person.lacks("curl")
    assert "apt-get install curl" in person.refused()
    person.has("python3", WITHOUT_VENV)
    assert "can't make virtual environments" in person.refused()
    assert "apt-get install python3-venv" in person.refused()
    person.has("python3", TOO_OLD)
    assert "python3 is Python 3.9.2; pvdify needs Python 3.11 or newer." in person.refused()
    person.lacks("python3")
    assert "python3 is not there" in person.refused()
    assert "apt-get install python3 python3-venv" in person.refused()
    assert not (person.home / ".local").exists()


def test_a_python_that_is_new_enough_is_found_under_its_own_name(person: Person) -> None:
    (person.programs / "python3").rename(person.programs / "python3.12")
    person.has("python3", TOO_OLD)
    # It gets as far as curl.
    person.lacks("curl")
    assert "curl is not there" in person.refused()


def test_a_wheel_that_is_not_the_one_is_not_installed(person: Person) -> None:
    assert routes.WHEEL is not None
    with (person.server / routes.WHEEL.name).open("ab") as file:
        file.write(b"more")
    said = person.refused()
    assert "its SHA-256 is another" in said
    assert not person.link.exists()


def test_a_server_that_has_another_version_by_now_is_told_of(person: Person) -> None:
    for path in person.server.iterdir():
        path.unlink()
    said = person.refused()
    assert "can't be fetched" in said
    assert "fetch this script again" in said


def test_a_program_of_somebody_elses_is_not_replaced(person: Person) -> None:
    person.link.parent.mkdir(parents=True)
    person.link.write_text("#!/bin/sh\n")
    assert "was not made by this script" in person.refused()
    assert person.link.read_text() == "#!/bin/sh\n"


def test_another_program_of_that_name_earlier_in_the_path_is_told_of(person: Person) -> None:
    person.has("pvdify", "#!/bin/sh\n")
    done = person.run()
    assert done.returncode == 0
    assert f"But your shell finds another one first: {person.programs}/pvdify" in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HOME", "", "HOME is not set"),
        ("PVDIFY_INSTALL_DIR", "here", "no absolute path"),
        ("PVDIFY_INSTALL_URL", "--config=/etc/passwd", "no URL"),
        ("PVDIFY_INSTALL_PYTHON", "/nowhere/python3", "/nowhere/python3 is not there"),
    ],
)
def test_a_variable_that_can_not_be_is_named(person: Person, name: str, value: str, said: str) -> None:
    assert said in person.refused(**{name: value})


def test_a_download_that_was_cut_off_does_nothing(person: Person) -> None:
    length = len(person.script.rstrip())
    for cut in [*range(100, length, length // 15), length - 1, length - 5]:
        person.run(person.script[:cut])
        assert list(person.home.iterdir()) == [], cut
        assert not (person.server / "asked").exists()


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_it_is_a_script_that_shells_take(person: Person, shell: str) -> None:
    answer = subprocess.run(
        [shell, "-n"], input=person.script, capture_output=True, text=True, timeout=20, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, "")
