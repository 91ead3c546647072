"""Ports of instances: given once, read back, and none where the file that has it is spoilt."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pvdifyd.host_program import ports
from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.changes import Changes
from pvdifyd.host_program.names import CONFIGURATION, Instance, port_file
from pvdifyd.host_program.quadlets import port_text

WEB = Instance("my-app", "web", 5, 1)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's files are below a folder."""

    def moved(instance: Instance) -> Path:
        return tmp_path / port_file(instance).relative_to(CONFIGURATION)

    monkeypatch.setattr(ports, "CONFIGURATION", tmp_path)
    monkeypatch.setattr(ports, "port_file", moved)


def write(text: str) -> None:
    Changes(check=False).write(ports.port_file(WEB), text)


def test_one_that_was_given_is_read_back() -> None:
    assert (ports.port_of(WEB), ports.given()) == (None, set())
    write(port_text(20017))
    assert (ports.port_of(WEB), ports.given()) == (20017, {20017})


@pytest.mark.parametrize(
    "text", ["", "PVDIFY_HOST_PORT=", "PVDIFY_HOST_PORT=abc", "PVDIFY_HOST_PORT=-1", "\0", "20017"]
)
def test_a_file_that_somebody_has_spoilt_holds_none(text: str) -> None:
    write(text)
    assert (ports.port_of(WEB), ports.given()) == (None, set())


def test_a_port_that_is_taken_or_in_use_is_passed_over() -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        used = other.getsockname()[1]
        assert not ports.is_free(used)
        with pytest.raises(StepFailed) as refused:
            next(ports.free({used + 1}, first=used, last=used + 1))
        assert refused.value.code == "no_free_port"
