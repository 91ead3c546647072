"""The roles' own rules: what each has, how its variables and tasks are called, and that its README tells the truth."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.settings import CHECKOUT

ROLES = sorted(path for path in (CHECKOUT / "roles").iterdir() if path.is_dir())
ROW = re.compile(
    r"^\| `(?P<name>\w+)` \| (?P<type>\w+) \| (?P<default>required|`.*?`) \| (?P<entry_points>[^|]+) \|",
    re.MULTILINE,
)
INCLUDE = re.compile(r"^(ansible\.builtin\.)?(include|import)_(tasks|role)$")

each_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def entry_points(role: Path) -> dict[str, Any]:
    """The role's argument_specs: entry point to what it takes."""
    return dict(read(role / "meta" / "argument_specs.yml")["argument_specs"])


def options(role: Path) -> dict[str, list[dict[str, Any]]]:
    """Each variable, with its specification in every entry point that takes it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry_point in entry_points(role).values():
        for name, option in entry_point.get("options", {}).items():
            found.setdefault(name, []).append(option)
    return found


def defaults(role: Path) -> dict[str, Any]:
    return dict(read(role / "defaults" / "main.yml") or {})


def documented(role: Path) -> dict[str, re.Match[str]]:
    """The rows of the README's table of variables."""
    text = (role / "README.md").read_text(encoding="utf-8")
    return {row["name"]: row for row in ROW.finditer(text)}


@each_role
@pytest.mark.parametrize(
    "file", ["meta/main.yml", "meta/argument_specs.yml", "defaults/main.yml", "tasks/main.yml", "README.md"]
)
def test_a_role_has(role: Path, file: str) -> None:
    assert (role / file).read_text(encoding="utf-8").strip()


@each_role
def test_every_variable_has_the_roles_prefix(role: Path) -> None:
    named = {*options(role), *defaults(role)}
    for file in role.rglob("*.yml"):
        named |= set(re.findall(r"^ *register: (\w+)", file.read_text(encoding="utf-8"), re.MULTILINE))

    assert [name for name in sorted(named) if not name.startswith(f"{role.name}_")] == []


@each_role
def test_every_entry_point_is_a_task_file_and_says_what_it_is_for(role: Path) -> None:
    for name, entry_point in entry_points(role).items():
        assert (role / "tasks" / f"{name}.yml").exists()
        assert entry_point["short_description"]
        assert all(option["description"] for option in entry_point.get("options", {}).values())


@each_role
def test_defaults_are_those_the_specification_promises(role: Path) -> None:
    given = defaults(role)

    assert set(given) <= set(options(role))
    for name, specifications in options(role).items():
        for option in specifications:
            if not option.get("required"):
                assert name in given, f"{name} is neither required nor has a default"
                assert option.get("default") == given[name], name


@each_role
def test_a_task_says_which_file_it_stands_in(role: Path) -> None:
    """The engine reads the phase of an operation from that."""
    for file in sorted((role / "tasks").glob("*.yml")):
        tasks = read(file)
        if file.stem == "main":
            assert all(any(INCLUDE.match(key) for key in task) for task in tasks), (
                "main.yml is a table of contents"
            )
            continue
        assert [task["name"] for task in tasks if not task["name"].startswith(f"{file.stem} | ")] == []


@each_role
def test_the_readme_names_every_variable_with_its_default_and_entry_points(role: Path) -> None:
    rows = documented(role)

    assert set(rows) == set(options(role))
    for name, row in rows.items():
        takes = [entry for entry, given in entry_points(role).items() if name in given.get("options", {})]
        assert re.findall(r"\w+", row["entry_points"]) == takes, name
        assert row["type"] == options(role)[name][0]["type"], name
        if row["default"] == "required":
            assert name not in defaults(role), name
        else:
            assert yaml.safe_load(row["default"].strip("`")) == defaults(role)[name], name


@each_role
def test_the_readme_names_every_entry_point(role: Path) -> None:
    text = (role / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| `(\w+)` \| [^|]+ \|$", text, re.MULTILINE) == ["tasks_from", *entry_points(role)]


@each_role
def test_the_readmes_example_is_yaml_with_variables_there_are(role: Path) -> None:
    text = (role / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)

    assert yaml.safe_load(example)
    assert set(re.findall(rf"^ +({role.name}_\w+):", example, re.MULTILINE)) <= set(options(role))


@each_role
def test_meta_says_what_ansible_galaxy_asks_for(role: Path) -> None:
    galaxy = read(role / "meta" / "main.yml")["galaxy_info"]

    assert galaxy["role_name"] == role.name
    assert galaxy["license"] == "MIT"
    assert galaxy["description"]
    assert galaxy["min_ansible_version"]
