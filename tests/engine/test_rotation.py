"""A rotation's document reaches the step on its host, and none of it is a template."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pvdifyd import engine
from pvdifyd.engine import environment
from tests.engine.test_run import document

TEMPLATE = "{{ lookup('pipe', 'touch /tmp/pvdify-rotated-here') }}"


def rotation(**told: Any) -> dict[str, Any]:
    hosts = {**document()["hosts"], "another": {"connection": "local"}}
    return {"hosts": hosts, "apps": {}, "rotation": {"host": "nowhere", "operation": 7, **told}}


@pytest.mark.parametrize(
    ("playbook", "phase", "told"),
    [
        ("rotate", "reencrypt", {"documents": [{"id": "secret:1", "bound": {}, "document": TEMPLATE}]}),
        ("forget", "forget", {"recipient": TEMPLATE}),
    ],
)
def test_what_is_told_stays_data(tmp_path: Path, playbook: str, phase: str, told: dict[str, Any]) -> None:
    lost = rotation(**told)
    del lost["hosts"]["another"]
    outcome = engine.run(
        playbook, lost, app=None, control_directory=tmp_path / "c", on_event=lambda event: None
    )
    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.phase) == ("host_unreachable", phase)
    assert not Path("/tmp/pvdify-rotated-here").exists()


def test_only_the_host_that_is_rotated_is_told(tmp_path: Path) -> None:
    (tmp_path / "document.json").write_text(json.dumps(rotation(recipient=TEMPLATE)))
    (tmp_path / "ansible.cfg").touch()
    source = {"plugin": "pvdify", "document": str(tmp_path / "document.json")}
    (tmp_path / "run.pvdify.yml").write_text(json.dumps(source))
    (tmp_path / "tmp").mkdir()
    variables = {**environment.inherited(), **environment.settings(tmp_path, tmp_path)}
    ended = subprocess.run(
        ["ansible-inventory", "-i", str(tmp_path / "run.pvdify.yml"), "--list"],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(ended.stdout)["_meta"]["hostvars"]
    assert told["nowhere"]["pvdify_rotation"]["recipient"] == {"__ansible_unsafe": TEMPLATE}
    assert "pvdify_rotation" not in told["another"]
