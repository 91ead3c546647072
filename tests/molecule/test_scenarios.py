"""Every Molecule scenario, from an empty host to a converged one: the second run changes nothing, check mode foresees
what will change and touches nothing, and what is not pvdify's stays as it was."""

import re
import subprocess

import pytest

from demo.settings import CHECKOUT, Settings

from . import lab

TIMEOUT_SECONDS = 600
STEPS = {"destroy", "create", "prepare", "side_effect", "converge", "idempotence", "verify"}


@pytest.mark.parametrize("scenario", lab.SCENARIOS)
def test_scenario(scenario: str, molecule_lab: Settings) -> None:
    ended = subprocess.run(
        lab.command(molecule_lab, scenario, "test", "--no-command-borders"),
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout
    # Molecule passes over a step whose playbook it does not find, and ends well.
    assert "missing=0" in ended.stdout, ended.stdout
    assert set(re.findall(r"> (\w+): Executed: Successful", ended.stdout)) == STEPS, ended.stdout


def test_every_role_has_a_scenario() -> None:
    roles = {path.name for path in (CHECKOUT / "roles").iterdir() if path.is_dir()}

    assert roles <= set(lab.SCENARIOS)
    assert {"default", "deploy"} <= set(lab.SCENARIOS)
