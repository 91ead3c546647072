"""What the documents say is there, is there."""

import ast
import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from pvdifyd.host_program import images
from pvdifyd.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *CHECKOUT.glob("roles/*/README.md")]
)


def named(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text())
    inside = [target for target in targets if not target.startswith(("http://", "https://"))]
    assert [target for target in inside if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_playbooks_that_are_named_exist(document: Path) -> None:
    found = set(re.findall(r"playbooks/\w+\.yml", document.read_text()))
    assert [name for name in found if not (CHECKOUT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_make_targets_that_are_named_exist(document: Path) -> None:
    there = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    found = set(re.findall(r"`make ([a-z-]+)`", document.read_text()))
    assert found <= there


def test_every_setting_is_documented_with_its_default() -> None:
    text = (CHECKOUT / "docs/architecture.md").read_text()
    rows = dict(re.findall(r"^\| `PVDIFYD_(\w+)` \| ([^|]+?) \|", text, re.MULTILINE))
    assert set(rows) == {field.name.upper() for field in fields(Settings)}

    defaults = Settings.from_environment({})
    for name, shown in rows.items():
        value = str(getattr(defaults, name.lower())).replace(str(defaults.home) + "/", "HOME/")
        assert shown.strip("`") == value, name


def test_every_role_has_a_readme() -> None:
    roles = [path for path in (CHECKOUT / "roles").iterdir() if path.is_dir()]
    assert [role.name for role in roles if not (role / "README.md").exists()] == []


def test_make_help_lists_the_targets() -> None:
    shown = subprocess.run(
        ["make", "-s", "help"], cwd=CHECKOUT, capture_output=True, text=True, timeout=10, check=True
    )
    for target in ("install", "demo", "demo-down", "check", "test", "test-vm", "molecule"):
        assert f"make {target} " in shown.stdout


def test_every_code_an_operation_can_fail_with_is_documented() -> None:
    documented = set(
        re.findall(r"^\| `([a-z_]+)` \|", (CHECKOUT / "docs" / "api.md").read_text(), re.MULTILINE)
    )
    raised = {
        code for path in (CHECKOUT / "api" / "pvdifyd" / "host_program").rglob("*.py") for code in codes(path)
    }
    raised |= set(images.NEXT_STEPS)
    assert "release_crashed" in raised, "the codes are found at all"
    assert sorted(raised - documented) == []


def codes(path: Path) -> list[str]:
    """The codes a module refuses with: the first argument of StepFailed, and `code=` where a command must succeed."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    first = [call.args[0] for call in calls if getattr(call.func, "id", "") == "StepFailed" and call.args]
    named_code = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "code"]
    values = [*first, *named_code]
    return [
        value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)
    ]
