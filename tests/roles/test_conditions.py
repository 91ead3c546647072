"""Conditions of the roles' tasks that no scenario meets, asked of Ansible itself."""

from __future__ import annotations

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
    tasks = yaml.safe_load((CHECKOUT / "roles/cloudflared/tasks/install.yml").read_text(encoding="utf-8"))
    (task,) = [task for task in tasks if task["name"].endswith("a binary has an address and a checksum")]
    assert holds(task["ansible.builtin.assert"]["that"], cloudflared_install=install) is is_known
