"""Health and readiness, without a token."""

from __future__ import annotations

from pathlib import Path

from pvdifyd import models
from pvdifyd.settings import Settings
from tests.api.conftest import Api, RunningWorker


def test_a_living_process_is_healthy(api: Api) -> None:
    answer = api.client.get("/health")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_it_is_ready_when_database_and_worker_answer(api: Api, worker: RunningWorker) -> None:
    answer = api.client.get("/ready")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "database": "ok", "worker": "ok"}


def test_without_a_worker_it_is_not_ready(api: Api) -> None:
    answer = api.client.get("/ready")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "not_ready")
    assert "worker" in answer.get_json()["detail"]


def test_without_a_database_it_is_healthy_and_not_ready(api: Api, settings: Settings) -> None:
    models.close()
    models.connect(f"sqlite:///{settings.home / 'missing' / 'pvdify.db'}")
    assert api.client.get("/health").status_code == 200
    answer = api.client.get("/ready")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "not_ready")
    assert not Path(settings.home / "missing").exists()
