"""Conditions of the roles' tasks that no scenario meets, asked of Ansible itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from demo.settings import CHECKOUT


def holds(expression: str, **variables: Any) -> bool:
    """Whether it is true, as Ansible sees it; it raises where it is neither true nor false."""
    return bool(
        Templar(DataLoader(), variables=variables).evaluate_conditional(trust_as_template(expression))
    )


def rendered(text: str, **variables: Any) -> str:
    """The text, as Ansible fills it in."""
    return str(Templar(DataLoader(), variables=variables).template(trust_as_template(text)))


def install_task(name: str) -> dict[str, Any]:
    """The task of cloudflared's installation whose name ends so."""
    tasks = yaml.safe_load((CHECKOUT / "roles/cloudflared/tasks/install.yml").read_text(encoding="utf-8"))
    (task,) = [task for task in _each(tasks) if task["name"].endswith(name)]
    return task


def _each(tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for task in tasks:
        yield task
        yield from _each(task.get("block", []))


@pytest.mark.parametrize(
    ("install", "is_known"),
    [
        ({"way": "binary", "url": "https://example.com/cloudflared", "sha256": "0" * 64}, True),
        ({"way": "binary", "url": "https://example.com/cloudflared", "sha256": None}, False),
        ({"way": "binary", "url": None, "sha256": "0" * 64}, False),
        ({"way": "package", "url": None, "sha256": None}, True),
    ],
)
def test_a_binary_has_an_address_and_a_checksum(install: dict[str, str | None], is_known: bool) -> None:
    task = install_task("a binary has an address and a checksum")
    assert holds(task["ansible.builtin.assert"]["that"], cloudflared_install=install) is is_known


@pytest.mark.parametrize(
    ("file", "line", "is_known"),
    [
        ("cloudflared.list", "deb [signed-by=/k.gpg] https://pkg.cloudflare.com/cloudflared any main", True),
        ("sources.list", "deb https://pkg.cloudflare.com/cloudflared/ bookworm main", True),
        ("cloudflared.sources", "URIs: https://pkg.cloudflare.com/cloudflared", True),
        ("mine.sources", "  https://pkg.cloudflare.com/cloudflared", True),
        ("cloudflared.list", "# deb https://pkg.cloudflare.com/cloudflared any main", False),
        ("cloudflared.list", "deb https://pkg.cloudflareXcom/cloudflared any main", False),
        ("warp.list", "deb https://pkg.cloudflareclient.com/ bookworm main", False),
        ("debian.sources", "URIs: http://deb.debian.org/debian", False),
        # apt reads none of them.
        ("cloudflared.list.save", "deb https://pkg.cloudflare.com/cloudflared any main", False),
        ("cloudflared", "deb https://pkg.cloudflare.com/cloudflared any main", False),
        # It is ours.
        ("pvdify-cloudflared.sources", "URIs: https://pkg.cloudflare.com/cloudflared", False),
    ],
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_source_of_the_hosts_own_is_known(file: str, line: str, is_known: bool, slash: str) -> None:
    look = install_task("knows Cloudflare's packages by itself")["ansible.builtin.find"]
    repository = f"https://pkg.cloudflare.com/cloudflared{slash}"
    is_read = re.match(look["patterns"], file) is not None
    is_named = re.match(rendered(look["contains"], cloudflared_repository=repository), line) is not None
    assert (is_read and is_named) is is_known


@pytest.mark.parametrize(
    ("version", "said", "comes"),
    [
        (None, "", True),
        (None, "config-files 2026.8.2", True),
        (None, "installed 2026.8.2", False),
        ("2026.8.2", "installed 2026.8.2", False),
        ("2026.9.0", "installed 2026.8.2", True),
    ],
)
def test_a_package_comes_where_it_is_missing(version: str | None, said: str, comes: bool) -> None:
    conditions = install_task("Have the package come")["when"]
    install = {"way": "package", "version": version}
    known = {"cloudflared_install": install, "cloudflared_package": {"stdout": said}}
    assert all(holds(condition, **known) for condition in conditions) is comes


@pytest.mark.parametrize(
    ("way", "found", "stays"),
    [("package", 0, True), ("package", 1, False), ("present", None, False), ("binary", None, False)],
)
def test_a_source_of_ours_stays_where_it_is_the_only_one(way: str, found: int | None, stays: bool) -> None:
    # A task that was skipped has said nothing.
    sources = {} if found is None else {"matched": found}
    known = {"cloudflared_install": {"way": way}, "cloudflared_sources": sources}
    assert holds(install_task("no source of ours beside the host's own")["when"], **known) is not stays
    if way == "package":
        assert holds(install_task("Know Cloudflare's packages")["when"], **known) is stays
