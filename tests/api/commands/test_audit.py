"""`pvdifyd audit verify`."""

from __future__ import annotations

from pvdifyd import models
from pvdifyd.models import AuditEntry
from tests.api.commands.home import Home


def test_a_log_that_nobody_touched(home: Home) -> None:
    head = AuditEntry.get_by_id(2).hash
    assert home.ok("audit", "verify") == f"2 entries; nothing was touched\nhead {head}\n"
    home.ok("token", "create")
    said = home.ok("audit", "verify", "--head", head)
    assert said.startswith("3 entries, 1 since the head that was noted; nothing was touched\nhead ")


def test_the_first_wrong_entry_is_named(home: Home) -> None:
    home.ok("token", "create")
    models.database.execute_sql("DROP TRIGGER audit_entry_no_update")
    models.database.execute_sql("UPDATE audit_entry SET who = 'somebody' WHERE id = 2")
    assert "Entry 2 was changed" in home.refused("audit", "verify")


def test_a_head_that_is_not_there(home: Home) -> None:
    assert "No entry has the hash" in home.refused("audit", "verify", "--head", "a" * 64)
    assert "64 characters" in home.refused("audit", "verify", "--head", "latest")
