"""Process types with nothing left out."""

from __future__ import annotations

from pvdifyd.operations.processes import complete


def test_an_empty_command_is_the_images_own() -> None:
    assert complete({"web": {"command": "", "count": 1}})["web"]["command"] is None


def test_only_a_scheduler_does_not_overlap_unless_it_is_said() -> None:
    rows_of_before = {name: {"command": None, "count": 1} for name in ("web", "worker", "scheduler")}
    assert {name: one["overlap"] for name, one in complete(rows_of_before).items()} == {
        "web": True,
        "worker": True,
        "scheduler": False,
    }
    said = {"worker": {"command": "w", "count": 1, "overlap": False}}
    assert complete(said) == said
