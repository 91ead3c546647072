"""playbooks/edge.yml: what brings the requests today goes only when what shall bring them works."""

from __future__ import annotations

import yaml

from demo.settings import CHECKOUT

(PLAY,) = yaml.safe_load((CHECKOUT / "playbooks/edge.yml").read_text(encoding="utf-8"))


def test_it_asks_first_and_removes_last() -> None:
    roles = [task.get("ansible.builtin.include_role", {}) for task in PLAY["tasks"]]
    removing = [number for number, role in enumerate(roles) if role.get("tasks_from") == "remove"]
    assert {roles[number]["name"] for number in removing} == {"cloudflared", "caddy"}
    assert removing == [len(roles) - 2, len(roles) - 1]
    reach, ask = PLAY["tasks"][:2]
    assert reach["name"].startswith("edge | ")
    assert (roles[1]["name"], roles[1]["tasks_from"]) == ("cloudflared", "dns")
    assert ask["vars"]["cloudflared_verify"] is True
