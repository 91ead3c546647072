"""A wheel built from the checkout, and an empty virtual environment, far from it, that it is installed in."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PARTS = (
    "setup.cfg",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "api",
    "cli",
    "playbooks",
    "roles",
    "inventory",
)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing an earlier build left in the checkout can get into it."""
    copy = tmp_path_factory.mktemp("checkout")
    for part in PARTS:
        source = CHECKOUT / part
        if source.is_dir():
            shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, copy)
    target = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--outdir", target, copy], cwd=copy)
    return next(target.glob("pvdify-*.whl"))


@pytest.fixture(scope="session")
def content(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment in which `pip install pvdify` was run and nothing else."""
    return _install(str(wheel), tmp_path_factory.mktemp("light"))


@pytest.fixture(scope="session")
def server_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment in which `pip install pvdify[server]` was run and nothing else."""
    return _install(f"{wheel}[server]", tmp_path_factory.mktemp("server"))


def _install(requirement: str, directory: Path) -> Path:
    run([sys.executable, "-m", "venv", directory], cwd=directory)
    run([directory / "bin/pip", "install", "-qq", "--no-compile", requirement], cwd=directory)
    return directory / "bin"


def run(command: list[object], cwd: Path) -> str:
    words = [str(word) for word in command]
    finished = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    assert finished.returncode == 0, f"{words}\n{finished.stdout}\n{finished.stderr}"
    return finished.stdout
