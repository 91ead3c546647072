"""Imports go one way: http to operations to models; the worker joins operations and engine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DAEMON = ROOT / "api" / "pvdifyd"
CLI = ROOT / "cli" / "pvdify"

OURS = {path.stem for path in DAEMON.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}

# What each part may import of the daemon, beside itself. A part that is not named may import anything.
ALLOWED = {
    "models": {"clock"},
    "operations": {
        "models",
        "clock",
        "durations",
        "errors",
        "image_reference",
        "log",
        "names",
        "settings",
        "sops",
        "tokens",
    },
    "log": {"clock", "tokens"},
    "sops": {"errors"},
    "queue": set(),
    "reading": {"errors"},
    "http": {
        "operations",
        "models",
        "queue",
        "reading",
        "clock",
        "durations",
        "errors",
        "image_reference",
        "log",
        "names",
        "settings",
        "signals",
        "sops",
        "system_account",
        "tokens",
        "__init__",
    },
    "engine": {"host_program"},
    "host_program": set(),
    "migrations": {"models"},
    "inventory": {"models", "operations", "settings"},
    "worker": OURS - {"http", "engine", "commands", "main", "supervisor"},
}


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imported(path: Path, package: Path, name: str) -> Iterator[str]:
    """The full names of the modules that a file imports, relative ones resolved."""
    own = [name, *path.relative_to(package).with_suffix("").parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = own[: len(own) - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def parts_imported(path: Path) -> set[str]:
    """The parts of the daemon that one of its files imports; the package itself counts as __init__."""
    found = set()
    for module in imported(path, DAEMON, "pvdifyd"):
        package, _, rest = module.partition(".")
        if package == "pvdifyd":
            part = rest.partition(".")[0]
            found.add(part if part in OURS else "__init__")
    return found


def part_of(path: Path) -> str:
    first = path.relative_to(DAEMON).parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("path", modules(DAEMON), ids=lambda path: str(path.relative_to(DAEMON)))
def test_the_daemons_imports_go_one_way(path: Path) -> None:
    part = part_of(path)
    if part in ALLOWED:
        assert parts_imported(path) - {part} <= ALLOWED[part], f"{part} must not import these"


@pytest.mark.parametrize("path", modules(CLI), ids=lambda path: str(path.relative_to(CLI)))
def test_the_command_line_never_imports_the_daemon(path: Path) -> None:
    assert not [name for name in imported(path, CLI, "pvdify") if name.split(".")[0] == "pvdifyd"]


@pytest.mark.parametrize("path", modules(DAEMON), ids=lambda path: str(path.relative_to(DAEMON)))
def test_the_daemon_never_imports_the_command_line(path: Path) -> None:
    assert not [name for name in imported(path, DAEMON, "pvdifyd") if name.split(".")[0] == "pvdify"]


def test_nothing_of_the_daemon_reads_pickles() -> None:
    for path in modules(DAEMON):
        assert not [name for name in imported(path, DAEMON, "pvdifyd") if name.split(".")[0] == "pickle"], (
            path
        )
