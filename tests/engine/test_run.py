"""Real ansible-runner runs, against a host that isn't there: what goes out, and what is left behind."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from pvdifyd import engine
from pvdifyd.engine import environment
from pvdifyd.engine.connection import control_path_directory, host_python
from pvdifyd.engine.private import make_private


def document() -> dict[str, Any]:
    slot = {
        "host": "nowhere",
        "app": "my-app",
        "bind_address": "127.0.0.1",
        "bind_port": 3000,
        "release": 1,
        "units": 1,
        "image": "{{ lookup('pipe', 'touch /tmp/pvdify-was-here') }}",
        "digest": None,
        "processes": {"web": {"command": ["{{ lookup('pipe', 'touch /tmp/pvdify-was-here') }}"], "count": 1}},
        "container_port": None,
        "healthcheck": None,
        "start_timeout": 5,
        "stop_timeout": 5,
        "drain_timeout": 5,
        "standby": 0,
        "keep": [1],
        "operation": 1,
        "stopped": {},
        "resources": {"memory": 256 * 2**20, "cpu": 0.5},
        "resources_before": None,
        "restart": {"process": None, "instance": None},
        "environment": {"version": None, "values": {}, "secrets": {}},
        "credential": None,
    }
    host = {
        "connection": "ssh",
        "address": "127.0.0.1",
        "port": 1,
        "user": "root",
        "identity_file": None,
        "known_hosts_file": None,
        "registry_certificates": {},
    }
    return {"hosts": {"nowhere": host}, "apps": {"my-app": slot}}


def left_in_memory(control_directory: Path) -> set[Path]:
    one = make_private(control_directory)
    try:
        return set(one.parent.glob(one.name[:-8] + "*")) - {one}
    finally:
        shutil.rmtree(one)


def test_a_host_that_is_down_is_an_outcome_and_nothing_is_left_behind(tmp_path: Path) -> None:
    told: list[engine.PhaseEvent] = []
    outcome = engine.run(
        "deploy", document(), app="my-app", control_directory=tmp_path / "c", on_event=told.append
    )
    assert outcome.failure is not None
    assert outcome.failure.code == "host_unreachable"
    assert not outcome.interrupted, "its rescue came to its end"
    assert [(event.phase, event.status) for event in told][:2] == [("pull", "started"), ("pull", "failed")]
    assert left_in_memory(tmp_path / "c") == set()
    assert not Path("/tmp/pvdify-was-here").exists(), "data must never be a template"


def test_an_app_the_document_does_not_hold_is_refused(tmp_path: Path) -> None:
    outcome = engine.run(
        "deploy", document(), app="other", control_directory=tmp_path / "c", on_event=lambda event: None
    )
    assert outcome.failure is not None
    assert "no such app" in outcome.failure.message


def test_reading_from_a_host_that_is_down_says_so(tmp_path: Path) -> None:
    host = document()["hosts"]["nowhere"]
    with pytest.raises(engine.HostUnreachable, match="refused"):
        engine.read(host, {"step": "ps", "app": "my-app"}, control_directory=tmp_path / "c", timeout=10)


def test_reading_from_this_machine_needs_no_ssh(tmp_path: Path) -> None:
    request = {"step": "free_port", "start": 20000, "end": 32767, "exclude": []}
    answer = engine.read({"connection": "local"}, request, control_directory=tmp_path / "c", timeout=20)
    assert answer["port"] >= 20000


def test_a_run_inherits_nothing_it_was_not_allowed(tmp_path: Path) -> None:
    ours = environment.settings(tmp_path, tmp_path)
    prepared = {
        "PVDIFY_TOKEN": "pvd_secret",
        "HOME": "/root",
        "ANSIBLE_STDOUT_CALLBACK": "awx_display",
        **ours,
    }
    let_in = environment.allowed(prepared, ours)
    assert "PVDIFY_TOKEN" not in let_in
    assert let_in["HOME"] == "/root"
    assert let_in["ANSIBLE_HOST_KEY_CHECKING"] == "True"


def test_an_unprivileged_user_becomes_root_without_a_prompt(tmp_path: Path) -> None:
    host = {**document()["hosts"]["nowhere"], "user": "deploy", "port": 2222}
    command = host_python(host, tmp_path)
    assert command[-1] == "sudo -n /usr/bin/python3 -I -"
    assert command[command.index("-p") + 1] == "2222"
    assert "StrictHostKeyChecking=yes" in command


def test_a_control_socket_s_path_is_never_too_long(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90)
    place = control_path_directory(deep)
    assert len(str(place)) + 1 + 58 <= 104
    assert place.stat().st_mode & 0o777 == 0o700
    place.rmdir()
