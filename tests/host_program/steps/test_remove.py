"""An app leaves the host, whatever somebody has done to the files that are kept of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pvdifyd.host_program import images, names, program
from tests.host_program.fake_programs import FakePodman, FakeSystemd

UNIT = "pvdify-environment@my-v2.service"


@pytest.fixture
def removable(host: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host with an app `my` whose release 2 has config vars and a unit that tries to make them readable."""
    for name in ("QUADLETS", "PROXY_APPS", "ENVIRONMENTS"):
        monkeypatch.setattr(names, name, host / name)
        (host / name).mkdir()
    monkeypatch.setattr(images, "CONFIGURATION", host / "etc")
    monkeypatch.setattr(images, "PULLED_IMAGES", host / "etc" / "images")
    folder = names.release_folder("my", 2)
    folder.mkdir(parents=True)
    (folder / "environment.json").write_text('{"values": {"A": "1"}, "secrets": {}}')
    names.quadlet("my", "web", 2).touch()
    memory = names.environment_folder("my", 2)
    memory.mkdir()
    (memory / "A").write_text("1")
    return host


@pytest.mark.parametrize("text", [None, "", "{", "[]"], ids=["whole", "empty", "cut off", "other"])
@pytest.mark.usefixtures("removable")
def test_it_goes_with_all_that_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    systemd, podman = FakeSystemd(tmp_path / "systemd", monkeypatch), FakePodman(monkeypatch)
    systemd.set(UNIT, "activating")
    podman.secrets = {"pvdify-my-v2-A", "pvdify-my-app-v2-A"}
    if text is not None:
        app = names.app_folder("my")
        for path in (names.app_record("my"), app / "under-way.json", names.environment_file("my", 2)):
            path.write_text(text)
    said = program.answer("remove", {"app": "my", "stop_timeout": 30})
    assert not said["failed"], said["msg"]
    assert not names.app_folder("my").exists()
    assert not names.quadlet("my", "web", 2).exists()
    assert not names.environment_folder("my", 2).exists()
    assert podman.names() == {"pvdify-my-app-v2-A"}
    assert systemd.is_stopped(UNIT)
    assert not program.answer("remove", {"app": "my", "stop_timeout": 30})["changed"]
