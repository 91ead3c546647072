"""The wheel that the server gives: the command line, whole, alone, and the same each time."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from pvdifyd.http.install import wheel
from pvdifyd.http.install.wheel import Wheel

COMMAND_LINE = Path(__file__).parents[4] / "cli" / "pvdify"


@pytest.fixture(scope="module")
def built() -> Wheel:
    return wheel.build()


@pytest.fixture(scope="module")
def archive(built: Wheel) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(built.content))


def information(archive: zipfile.ZipFile, name: str) -> str:
    (path,) = [each for each in archive.namelist() if each.endswith(f".dist-info/{name}")]
    return archive.read(path).decode()


def test_it_is_the_same_each_time_and_says_its_sum(built: Wheel) -> None:
    assert wheel.build() == built
    assert hashlib.sha256(built.content).hexdigest() == built.sha256
    assert built.name == f"pvdify-{built.version}-py3-none-any.whl"
    assert built.python == (3, 11)


def test_it_has_the_whole_command_line_and_nothing_of_the_daemon(archive: zipfile.ZipFile) -> None:
    sources = {path for path in COMMAND_LINE.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    there = {name.removeprefix("pvdify/") for name in archive.namelist() if name.startswith("pvdify/")}
    assert there == {path.relative_to(COMMAND_LINE).as_posix() for path in sources}
    for path in sources:
        assert archive.read(f"pvdify/{path.relative_to(COMMAND_LINE).as_posix()}") == path.read_bytes()
    assert {name.split("/")[0] for name in archive.namelist()} - {"pvdify"} == {
        name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name
    }


def test_it_asks_for_what_the_command_line_needs_alone(archive: zipfile.ZipFile) -> None:
    described = Parser().parsestr(information(archive, "METADATA"))
    needed = {text.split(">")[0].split(";")[0] for text in described.get_all("Requires-Dist", [])}
    assert needed == {"click", "PyYAML", "requests", "rich", "idna", "keyring"}
    assert described.get_all("Provides-Extra") == ["keyring"]
    assert described["Requires-Python"] == ">=3.11"
    assert "pvdify = pvdify.main:main" in information(archive, "entry_points.txt")
    assert "pvdifyd" not in information(archive, "entry_points.txt")


def test_its_record_has_every_file_with_its_sum(archive: zipfile.ZipFile) -> None:
    rows = list(csv.reader(information(archive, "RECORD").splitlines()))
    assert [name for name, _, _ in rows] == archive.namelist()
    for name, digest, size in rows[:-1]:
        content = archive.read(name)
        expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        assert (digest, int(size)) == (f"sha256={expected}", len(content))
    assert rows[-1][1:] == ["", ""]
