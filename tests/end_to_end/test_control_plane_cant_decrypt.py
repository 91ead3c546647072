"""Whoever has all of the control plane's disk can read no secret; its host can."""

import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import daemon
from tests.end_to_end import documents
from tests.end_to_end.world import World

APP, REGISTRY = "sealed", "registry.example:5000"
SECRET, PASSWORD = "what nobody reads", "open sesame"
CAN_NOT_DECRYPT = 128


@pytest.fixture(scope="module")
def app(world: World) -> Iterator[str]:
    world.done("apps:create", APP)
    assert world.given(SECRET, "config:set", APP, "TOKEN", "--secret").returncode == 0
    login = ("registry:login", REGISTRY, "-u", "me", "--password-stdin", "-a", APP)
    assert world.given(PASSWORD, *login).returncode == 0
    yield APP
    world.done("apps:destroy", APP, "--confirm", APP)


@pytest.fixture
def copied(world: World, app: str, tmp_path: Path) -> Path:
    """All that the daemon has on its disk, and the demo's keys to it and to the host."""
    shutil.copytree(daemon.home(world.settings), tmp_path / "home", ignore=_sockets)
    shutil.copytree(world.settings.directory / "ssh", tmp_path / "ssh")
    return tmp_path


def _sockets(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if stat.S_ISSOCK(Path(folder, name).lstat().st_mode)]


def test_with_the_whole_disk_copied_nothing_can_be_decrypted(copied: Path) -> None:
    found = {
        name: text
        for name, text in documents.documents(copied / "home/data/pvdify.db").items()
        if name.startswith((APP, REGISTRY))
    }
    assert len(found) == 2
    files = [path for path in copied.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"pvdify.db", "id_ed25519", "key.pem"}
    for name, document in found.items():
        assert documents.decrypt_here(document).returncode == CAN_NOT_DECRYPT, name
        for path in files:
            for variable in documents.KEY_FILES:
                ended = documents.decrypt_here(document, **{variable: str(path)})
                assert (ended.returncode, ended.stdout) == (CAN_NOT_DECRYPT, b""), (name, path)


def test_on_its_host_each_document_can_be_decrypted(world: World, app: str) -> None:
    found = documents.documents(documents.of_world(world))
    ended = documents.decrypt_on_the_host(world, found[f"{APP} TOKEN v1"])
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {"app": APP, "key": "TOKEN", "value": SECRET, "version": 1}
    credential = next(text for name, text in found.items() if name.startswith(REGISTRY))
    held = json.loads(documents.decrypt_on_the_host(world, credential).stdout)
    assert held == {"app": APP, "password": PASSWORD, "registry": REGISTRY, "username": "me"}


def test_asked_for_a_secret_it_says_who_can_read_it(world: World, app: str) -> None:
    finished = world.pvdify("config:get", APP, "TOKEN")
    assert (finished.returncode, finished.stdout) == (3, "")
    assert "TOKEN is a secret" in finished.stderr
    assert f"only the host of {APP} can read it" in finished.stderr
    told = world.api("GET", f"/apps/{APP}/config/TOKEN").json()
    assert told == {"key": "TOKEN", "value": None, "secret": True, "version": "v1"}


def test_the_identity_is_the_hosts_alone(world: World) -> None:
    identity = world.on_host("cat", "/etc/pvdify/identity.txt")
    assert world.on_host("stat", "--format=%a %U %G", "/etc/pvdify/identity.txt") == "600 root root\n"
    key = next(line for line in identity.splitlines() if line.startswith("AGE-SECRET-KEY-1"))
    files = [path for path in daemon.home(world.settings).rglob("*") if path.is_file()]
    assert [path for path in files if key.encode() in path.read_bytes()] == []
    # Its public half is told.
    recipient = world.api("GET", "/hosts").json()[0]["recipient"]
    assert world.on_host("age-keygen", "-y", "/etc/pvdify/identity.txt") == f"{recipient}\n"
