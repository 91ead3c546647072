"""Tokens made on pvdifyd's own machine, and the first one."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from pvdifyd import clock, models, tokens
from pvdifyd.models import AuditEntry, Token
from pvdifyd.settings import Settings
from tests.api.commands.home import Home


def token_in(text: str) -> str | None:
    """The one token in a command's output."""
    found: list[str] = re.findall(r"^pvd_\w+$", text, re.MULTILINE)
    assert len(found) < 2
    return found[0] if found else None


def test_init_prints_the_first_token_once(empty: Home) -> None:
    text = token_in(empty.ok("init"))
    assert text is not None
    assert tokens.is_well_formed(text)
    assert token_in(empty.ok("init")) is None
    models.connect(Settings.from_environment(empty.environment).database)
    (row,) = Token.select()
    assert (row.name, row.scope, row.apps, row.sha256) == ("admin", "admin", None, tokens.fingerprint(text))
    assert row.expires_at < clock.ago(-91 * 86400)
    models.close()


@pytest.mark.parametrize("gone", ["revoked_at", "expires_at"])
def test_no_token_comes_back_when_the_first_one_has_ended(home: Home, gone: str) -> None:
    Token.update({gone: clock.ago(1)}).execute()
    assert token_in(home.ok("init")) is None


def test_no_restore_brings_a_token_back(home: Home, tmp_path: Path) -> None:
    models.close()
    shutil.copy(home.path / "data" / "pvdify.db", tmp_path / "backup.db")
    shutil.rmtree(home.path / "data")
    (home.path / "data").mkdir()
    shutil.copy(tmp_path / "backup.db", home.path / "data" / "pvdify.db")
    assert token_in(home.ok("init")) is None
    models.connected()
    assert Token.select().count() == 1


def test_a_token_is_not_printed_into_the_journal(empty: Home, tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w+") as journal:
        opened = os.fstat(journal.fileno())
        empty.environment["JOURNAL_STREAM"] = f"{opened.st_dev}:{opened.st_ino}"
        assert empty("init", stdout=journal).returncode == 0
        journal.seek(0)
        said = journal.read()
    assert "pvd_" not in said
    assert "pvdifyd token create" in said
    # Where somebody looks at it, the token is made.
    assert token_in(empty.ok("init")) is not None


def test_a_token_is_shown_once_and_kept_as_a_hash(home: Home) -> None:
    text = home.ok("token", "create", "--name", "ci").strip()
    assert tokens.is_well_formed(text)
    row = Token.get(Token.name == "ci")
    assert row.sha256 == tokens.fingerprint(text)
    assert (row.scope, row.apps, row.created_by) == ("admin", None, "pvdifyd on its machine")
    models.close()
    kept = b"".join(path.read_bytes() for path in (home.path / "data").iterdir())
    assert text.encode() not in kept


def test_a_token_has_what_was_asked_for(home: Home) -> None:
    done = home("token", "create", "--scope", "deploy", "--app", "b", "--app", "a", "--expires", "never")
    assert done.returncode == 0
    assert tokens.is_well_formed(done.stdout.strip()), "alone on the standard output"
    assert done.stderr == "token-2: deploy of a, b, never expires\n"
    row = Token.get(Token.name == "token-2")
    assert (row.scope, row.apps, row.expires_at) == ("deploy", ["a", "b"], None)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--name", "admin"], "another name"),
        (["--name", "a\nb"], "token's name"),
        (["--name", ""], "token's name"),
        (["--app", "My_App"], "My_App"),
        (["--expires", "soon"], "as 90d"),
    ],
)
def test_a_token_that_can_not_be_is_refused(home: Home, options: list[str], said: str) -> None:
    assert said in home.refused("token", "create", *options)
    assert Token.select().count() == 1


def test_tokens_are_listed(home: Home) -> None:
    home.ok("token", "create", "--name", "ci", "--scope", "read", "--app", "myapp", "--expires", "1d")
    Token.update(last_used_at="2026-01-05T10:30:00.000Z").where(Token.name == "ci").execute()
    Token.update(expires_at=clock.ago(1)).where(Token.name == "admin").execute()
    admin, ci = (line.split("\t") for line in home.ok("token", "list").splitlines())
    assert admin[:4] == ["admin", "admin", "all apps", "expired"]
    assert ci[:4] == ["ci", "read", "myapp", "active"]
    assert ci[5] == "used 2026-01-05T10:30:00.000Z"
    assert admin[5] == "never used"


def test_on_the_machine_even_the_last_admin_token_is_revoked(home: Home) -> None:
    done = home("token", "revoke", "admin")
    assert (done.returncode, done.stdout) == (0, "revoked admin\n")
    assert "pvdifyd token create" in done.stderr
    assert Token.get().revoked_at is not None
    assert "no token" in home.refused("token", "revoke", "nobody")


def test_what_is_done_on_the_machine_is_written_down(home: Home) -> None:
    home.ok("token", "create", "--name", "ci", "--expires", "never")
    home.ok("token", "revoke", "ci")
    home.ok("host", "add", "demo", "--no-prepare")
    home.ok("host", "remove", "demo")
    home.refused("host", "remove", "demo")
    rows = list(AuditEntry.select().order_by(AuditEntry.id))
    assert [row.action for row in rows] == [
        "pvdifyd init",
        "pvdifyd init",
        "pvdifyd token create",
        "pvdifyd token revoke",
        "pvdifyd host add",
        "pvdifyd host remove",
    ]
    assert {(row.who, row.address, row.status, row.result) for row in rows} == {
        ("pvdifyd on its machine", None, None, "succeeded")
    }
    assert '"name":"ci"' in rows[2].target
