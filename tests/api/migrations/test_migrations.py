"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

import json

from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models

from pvdifyd import migrations, models
from pvdifyd.models import App, IdempotencyKey, Release, Token
from pvdifyd.operations.resources import DEFAULTS
from pvdifyd.settings import Settings

LATER = [
    "0002_processes_and_limits",
    "0003_config_and_secrets",
    "0004_access_and_audit",
    "0005_asked_by_request",
    "0006_domains",
    "0007_edges_to_come",
    "0008_image_since",
]


def test_a_migrated_database_is_what_the_models_say(database: None) -> None:
    assert str(diff_models(models.database.obj, models.ALL)) == ""
    assert migrations.missing() == []


def test_migrating_again_changes_nothing(database: None) -> None:
    assert migrations.apply() == []


def test_an_empty_database_lacks_them_all(settings: Settings) -> None:
    models.connect(settings.database)
    assert migrations.missing() == ["0001_initial", *LATER]
    models.close()


def test_what_was_there_before_limits_gets_those_of_its_environment(settings: Settings) -> None:
    models.connect(settings.database)
    models.connected()
    runner = Runner(models.database.obj, str(migrations.DIRECTORY))
    runner.up("0001_initial")
    insert = models.database.execute_sql
    insert(
        "INSERT INTO host (name, connection, bind_address, registry_certificates) VALUES ('h','local','','{}')"
    )
    for port, environment in enumerate(("production", "staging", "preview")):
        insert(
            "INSERT INTO app (name, environment, host_id, processes, bind_port, removing, created_at, updated_at) "
            "VALUES (?, ?, 1, '{}', ?, 0, '', '')",
            (environment, environment, port),
        )
    insert(
        "INSERT INTO release (app_id, version, image, processes, status, units, created_at, created_by) "
        "VALUES (1, 1, 'nginx', '{}', 'active', 1, '', '')"
    )
    runner.up("0002_processes_and_limits")
    limits = models.database.execute_sql("SELECT name, resources, formation, stopped FROM app").fetchall()
    assert {name: json.loads(resources) for name, resources, _, _ in limits} == DEFAULTS
    assert {(formation, stopped) for _, _, formation, stopped in limits} == {(None, "[]")}
    runner.down()
    assert migrations.missing() == LATER
    assert migrations.apply() == LATER
    assert [(app.formation, app.config_version) for app in App.select()] == [(None, None)] * 3
    assert [(release.version, release.secrets) for release in Release.select()] == [(1, {})]
    for undone in (LATER[number:] for number in range(len(LATER) - 1, 0, -1)):
        runner.down()
        assert migrations.missing() == undone
    assert migrations.apply() == LATER[1:]
    assert Release.select().count() == 1, "what refers to an app stays"
    models.close()


def test_tokens_of_before_may_do_everything(settings: Settings) -> None:
    models.connect(settings.database)
    models.connected()
    runner = Runner(models.database.obj, str(migrations.DIRECTORY))
    runner.up("0003_config_and_secrets")
    insert = models.database.execute_sql
    insert("INSERT INTO token (name, sha256, created_at) VALUES ('ci', 'x', '')")
    insert(
        "INSERT INTO idempotency_key (token_id, key, fingerprint, status, headers, body, created_at) "
        "VALUES (1, 'k', 'f', 200, '{}', '', '')"
    )
    for _ in range(2):
        runner.up()
        token = Token.get()
        assert (token.scope, token.apps, token.created_by, token.revoked_at) == ("admin", None, "", None)
        assert IdempotencyKey.select().count() == 1, "what refers to a token stays"
        runner.down()
    models.close()


def test_a_token_that_nobody_gave_a_scope_gets_the_least(database: None) -> None:
    models.database.execute_sql("INSERT INTO token (name, sha256, created_at) VALUES ('ci', 'x', '')")
    assert Token.get().scope == "read"


def test_the_database_keeps_its_promises(database: None) -> None:
    def pragma(name: str) -> object:
        return models.database.execute_sql(f"pragma {name}").fetchone()[0]

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("foreign_keys") == 1
