"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

from playhouse.schema_diff import diff_models

from pvdifyd import migrations, models
from pvdifyd.settings import Settings


def test_a_migrated_database_is_what_the_models_say(database: None) -> None:
    assert str(diff_models(models.database.obj, models.ALL)) == ""
    assert migrations.missing() == []


def test_migrating_again_changes_nothing(database: None) -> None:
    assert migrations.apply() == []


def test_an_empty_database_lacks_them_all(settings: Settings) -> None:
    models.connect(settings.database)
    assert migrations.missing() == ["0001_initial"]
    models.close()


def test_the_database_keeps_its_promises(database: None) -> None:
    def pragma(name: str) -> object:
        return models.database.execute_sql(f"pragma {name}").fetchone()[0]

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("foreign_keys") == 1
