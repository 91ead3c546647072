"""Whatever is done to the audit log by who can write to the database, it is found, and the first wrong entry named."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

import pytest

from pvdifyd import models
from pvdifyd.models import AuditEntry
from pvdifyd.operations.audit import chain, record
from pvdifyd.operations.audit.verify import BrokenChain, Whole, verify
from pvdifyd.settings import Settings

COUNT = 6


def write(number: int) -> None:
    record.append(
        record.Deed(
            who="ci",
            action="PATCH /api/v1/apps/{name}",
            result="accepted",
            app=f"app-{number}",
            target={"image": "nginx:é", "processes": {"web": {"count": number}}, "resources": {"cpu": 0.1}},
            status=200,
            request_id=f"r{number}",
        )
    )


@pytest.fixture
def log(database: None) -> None:
    """Six entries."""
    for number in range(1, COUNT + 1):
        write(number)


@pytest.fixture
def intruder(log: None, settings: Settings) -> Iterator[sqlite3.Connection]:
    """Somebody who writes to the file, and has put the triggers out of the way."""
    connection = sqlite3.connect(settings.data_directory / "pvdify.db", isolation_level=None)
    for name in ("update", "delete", "replace"):
        connection.execute(f"DROP TRIGGER audit_entry_no_{name}")
    yield connection
    connection.close()


def found() -> str:
    with pytest.raises(BrokenChain) as broken:
        verify()
    return broken.value.detail


def test_a_log_that_nobody_touched_is_whole(log: None) -> None:
    assert verify() == Whole(COUNT, AuditEntry.get_by_id(COUNT).hash)


def test_an_empty_log_is_whole(database: None) -> None:
    assert verify() == Whole(0, chain.BEGINNING)


def test_a_hash_can_be_made_by_anybody_from_what_an_entry_says(log: None) -> None:
    entry = AuditEntry.get_by_id(2)
    assert entry.previous == AuditEntry.get_by_id(1).hash
    assert entry.hash == chain.hash_of({field: getattr(entry, field) for field in chain.FIELDS})


@pytest.mark.parametrize(
    "edit",
    [
        "at = '2020-01-01T00:00:00.000Z'",
        "who = 'somebody'",
        "address = '192.0.2.1'",
        "action = 'GET /'",
        "app = NULL",
        "app = 'app-3 '",
        "target = '{}'",
        "target = target || ' '",
        "target = 'none'",
        "target = x'7b7d'",
        "status = 500",
        "status = 200.5",
        "status = NULL",
        "result = 'refused'",
        "operation = 1",
        "request_id = NULL",
        "previous = ''",
        "hash = ''",
        "hash = upper(hash)",
        "who = x'ff'",
    ],
)
def test_an_edit_is_found(intruder: sqlite3.Connection, edit: str) -> None:
    intruder.execute(f"UPDATE audit_entry SET {edit} WHERE id = 3")
    assert "ntry 3 " in found()


def test_a_text_that_is_none_is_found(intruder: sqlite3.Connection) -> None:
    intruder.execute("UPDATE audit_entry SET who = CAST(x'ff' AS TEXT) WHERE id = 3")
    assert "What comes after entry 2 can't be read" in found()


def test_an_edit_with_a_hash_that_fits_is_found_by_the_next_entry(intruder: sqlite3.Connection) -> None:
    row = AuditEntry.get_by_id(3)
    fields = {**{field: getattr(row, field) for field in chain.FIELDS}, "who": "somebody"}
    intruder.execute(
        "UPDATE audit_entry SET who = ?, hash = ? WHERE id = 3", ("somebody", chain.hash_of(fields))
    )
    assert "Entry 4 does not follow entry 3" in found()


def test_a_gap_is_found(intruder: sqlite3.Connection) -> None:
    intruder.execute("DELETE FROM audit_entry WHERE id IN (3, 4)")
    assert "Entry 3 is missing: the next one there is 5" in found()


def test_a_missing_beginning_is_found(intruder: sqlite3.Connection) -> None:
    intruder.execute("DELETE FROM audit_entry WHERE id = 1")
    assert "Entry 1 is missing" in found()


def test_a_gap_that_was_closed_is_found(intruder: sqlite3.Connection) -> None:
    intruder.execute("DELETE FROM audit_entry WHERE id = 3")
    for number in range(4, COUNT + 1):
        intruder.execute("UPDATE audit_entry SET id = ? WHERE id = ?", (number - 1, number))
    intruder.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit_entry'", (COUNT - 1,))
    assert "Entry 3 does not follow entry 2" in found()


def test_another_order_is_found(intruder: sqlite3.Connection) -> None:
    for one, other in ((3, 99), (4, 3), (99, 4)):
        intruder.execute("UPDATE audit_entry SET id = ? WHERE id = ?", (other, one))
    assert "Entry 3 does not follow entry 2" in found()


def test_an_entry_that_nobody_wrote_is_found(intruder: sqlite3.Connection) -> None:
    columns = ", ".join((*chain.FIELDS[1:], "hash"))
    intruder.execute(f"INSERT INTO audit_entry ({columns}) SELECT {columns} FROM audit_entry WHERE id = 2")
    assert f"Entry {COUNT + 1} does not follow entry {COUNT}" in found()


def test_a_cut_tail_is_found_and_stays_so(intruder: sqlite3.Connection) -> None:
    intruder.execute("DELETE FROM audit_entry WHERE id > 4")
    assert "Entry 5 is missing, and all after it: 6 were written, 4 are there" in found()
    write(7)
    assert "Entry 5 is missing: the next one there is 7" in found()


def test_a_log_that_was_emptied_is_found(intruder: sqlite3.Connection) -> None:
    intruder.execute("DELETE FROM audit_entry")
    assert "Entry 1 is missing" in found()


def test_a_tail_cut_with_its_count_is_found_by_a_head_that_was_noted(intruder: sqlite3.Connection) -> None:
    head = verify().head
    intruder.execute("DELETE FROM audit_entry WHERE id > 4")
    intruder.execute("UPDATE sqlite_sequence SET seq = 4 WHERE name = 'audit_entry'")
    assert verify().count == 4, "nothing in the database tells it any more"
    with pytest.raises(BrokenChain, match=head):
        verify(head)


def test_a_log_that_was_written_anew_is_found_by_a_head_that_was_noted(intruder: sqlite3.Connection) -> None:
    head = verify().head
    intruder.execute("DELETE FROM audit_entry")
    intruder.execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'audit_entry'")
    for number in range(1, COUNT + 1):
        write(number + 100)
    assert verify().count == COUNT
    with pytest.raises(BrokenChain, match=head):
        verify(head)


def test_a_head_of_before_is_still_there(log: None) -> None:
    head = verify().head
    write(7)
    assert verify(head).since == 1
    assert verify(verify().head).since == 0
    assert verify(chain.BEGINNING).since == COUNT + 1


@pytest.mark.parametrize("sequence", ["0", "'many'", "NULL"])
def test_a_count_that_was_touched_stops_no_change(intruder: sqlite3.Connection, sequence: str) -> None:
    intruder.execute(f"UPDATE sqlite_sequence SET seq = {sequence} WHERE name = 'audit_entry'")
    write(7)
    assert verify().count == COUNT + 1


def test_what_was_undone_leaves_no_gap(log: None) -> None:
    def write_and_fail() -> None:
        with models.atomic():
            write(7)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    write(8)
    assert verify().count == COUNT + 1
    assert json.loads(AuditEntry.get_by_id(COUNT + 1).target)["processes"] == {"web": {"count": 8}}
