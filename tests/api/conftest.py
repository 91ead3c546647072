"""A daemon for the tests: a real SQLite file, the real application and worker, and an engine that is a fake."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pvdifyd import migrations, models, tokens
from pvdifyd.http.application import create_application
from pvdifyd.http.services import Services, StreamLimit
from pvdifyd.models import Host, Token
from pvdifyd.models.token import ADMIN
from pvdifyd.queue import JobQueue
from pvdifyd.reading.client import ReaderClient
from pvdifyd.settings import Settings
from pvdifyd.worker.main import work
from tests.api.age_identity import Identity
from tests.api.fake_engine import FakeEngine


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings.from_environment({"PVDIFYD_HOME": str(tmp_path), "PVDIFYD_USER": "root"})
    settings.data_directory.mkdir()
    return settings


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database of this version, made once: each test gets a copy."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    models.connect(f"sqlite:///{path}")
    migrations.apply()
    models.close()
    return path


@pytest.fixture
def database(settings: Settings, empty_database: Path) -> Iterator[None]:
    """An empty database of this version."""
    shutil.copy(empty_database, settings.data_directory / "pvdify.db")
    models.connect(settings.database)
    yield
    models.close()


@pytest.fixture
def host(database: None) -> Host:
    return Host.create(name="demo")


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """The key of a prepared host."""
    return Identity.made_in(tmp_path_factory.mktemp("identity"))


@pytest.fixture
def prepared(host: Host, identity: Identity) -> Host:
    """The host, with a key of its own."""
    host.recipient = identity.recipient
    host.save()
    return host


@pytest.fixture
def token(database: None) -> str:
    text = tokens.new()
    Token.create(name="tester", sha256=tokens.fingerprint(text), scope=ADMIN)
    return text


@pytest.fixture
def services(settings: Settings, database: None) -> Services:
    return Services(
        queue=JobQueue(settings.queue_path),
        reader=ReaderClient(settings.reader_path),
        streams=StreamLimit(2),
    )


@dataclass
class Api:
    """Asks the application as a client with a token does."""

    client: FlaskClient
    token: str

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        if body is not None:
            options["json"] = body
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    def ok(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The body of an answer that must be a success."""
        answer = self(method, path, body, **options)
        assert answer.status_code < 300, answer.text
        return answer.get_json()

    def wait(self, operation: int) -> Any:
        """The operation, once it has ended."""

        def ended() -> Any:
            found = self.ok("GET", f"/operations/{operation}")
            return found if found["finished_at"] else None

        return eventually(ended)


def application_with(services: Services) -> Flask:
    """The application, made once for all tests of a process: all it keeps are the services that it answers with."""
    if not _made:
        _made.append(create_application(services))
    services.install(_made[0])
    return _made[0]


_made: list[Flask] = []


@pytest.fixture
def api(services: Services, token: str, host: Host) -> Api:
    """The API, with one host and one token, and no worker."""
    return Api(application_with(services).test_client(), token)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@dataclass
class RunningWorker:
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


@pytest.fixture
def worker(settings: Settings, database: None, engine: FakeEngine) -> Iterator[RunningWorker]:
    """The real worker in a thread, with the fake engine."""
    running = RunningWorker()
    running.thread = threading.Thread(target=work, args=(settings, engine, running.stop), daemon=True)
    running.thread.start()
    eventually(settings.reader_path.exists)
    yield running
    if engine.gate is not None:
        engine.gate.set()
    running.stop.set()
    running.thread.join(20)
    assert not running.thread.is_alive(), "the worker did not end"


def eventually(look: Callable[[], Any], seconds: float = 30) -> Any:
    """What `look` finds, as soon as it finds something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"nothing came of {look} within {seconds} s")
