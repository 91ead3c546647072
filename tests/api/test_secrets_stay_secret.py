"""A secret is set, released, gone back to, made to fail and cancelled: its text is found nowhere on this machine."""

from __future__ import annotations

import base64
import json
import logging
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from pvdifyd.models import Host
from pvdifyd.settings import Settings
from tests.api.age_identity import Identity, decrypt
from tests.api.conftest import Api, RunningWorker, eventually
from tests.api.fake_engine import CRASH, FakeEngine

CANARY = 'canary-"7f3a"\n\u00e9-zebra'
ROUTES = (
    "/apps",
    "/apps/myapp",
    "/apps/myapp/config",
    "/apps/myapp/config/TOKEN",
    "/apps/myapp/config/versions",
    "/apps/myapp/config/versions/1",
    "/apps/myapp/releases",
    "/operations",
    "/audit",
    *(f"/operations/{number}/events" for number in range(1, 6)),
)


def forms(text: str) -> list[bytes]:
    """How the text could be written down."""
    plain = text.encode()
    # Wherever it begins within three bytes, base64 has the middle of it in common with one of these.
    shifted = [base64.b64encode(b"-" * lead + plain)[4:-4] for lead in range(3)]
    escaped = [
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        repr(text)[1:-1],
        quote(text),
    ]
    pieces = [b"canary-", b"zebra", plain.hex().encode()]
    return [plain, *shifted, *(one.encode() for one in escaped), *pieces]


def live_through_everything(api: Api, engine: FakeEngine) -> str:
    """What was answered, together."""
    said: list[str] = []

    def change(body: object, **options: object) -> int | None:
        answer = api("PUT", "/apps/myapp/config", body, **options)
        said.append(answer.text + str(answer.headers))
        operation = answer.get_json().get("operation")
        return int(operation) if operation else None

    def wait(number: int | None) -> None:
        assert number is not None
        said.append(json.dumps(api.wait(number)))

    api.ok("POST", "/apps", {"name": "myapp"})
    change({"secrets": {"TOKEN": CANARY}}, headers={"Idempotency-Key": "one"})
    wait(api.ok("POST", "/apps/myapp/releases", {"image": "nginx"})["operation"])
    wait(change({"secrets": {"TOKEN": CANARY, "OTHER": CANARY}, "message": "Twice."}))
    change({"secrets": {"TOKEN": CANARY + "\0"}})
    change({"tokens": {"TOKEN": CANARY}})
    change({"secrets": {"TOKEN": CANARY}}, headers={"If-Match": '"v9"'})
    engine.fail_playbook["deploy"] = [CRASH]
    wait(change({"secrets": {"TOKEN": CANARY}}))
    engine.held["start"] = threading.Event()
    number = change({"secrets": {"TOKEN": CANARY}})
    eventually(lambda: len(engine.runs) == 4)
    api.ok("POST", f"/operations/{number}/cancel")
    wait(number)
    engine.held.clear()
    wait(api.ok("POST", "/apps/myapp/rollback")["operation"])
    said += [api("GET", route, headers={"Accept": "application/json"}).text for route in ROUTES]
    return "\n".join(said)


def test_the_text_of_a_secret_is_nowhere(
    api: Api,
    prepared: Host,
    identity: Identity,
    settings: Settings,
    worker: RunningWorker,
    engine: FakeEngine,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    said = live_through_everything(api, engine)
    files = {path: path.read_bytes() for path in sorted(settings.home.rglob("*")) if path.is_file()}
    assert {path.name for path in files} >= {"pvdify.db", "pvdify.db-wal"}
    printed = capfd.readouterr()
    places = {
        **files,
        Path("answers"): said.encode(),
        Path("log"): caplog.text.encode(),
        Path("output"): (printed.out + printed.err).encode(),
        Path("playbooks"): json.dumps([run.document for run in engine.runs]).encode(),
    }
    for place, content in places.items():
        for form in forms(CANARY):
            assert form not in content, f"{form!r} stands in {place}"
    # It did reach where it may be read, and what is kept here opens with that key alone.
    documents = [
        secret["document"]
        for run in engine.runs
        for secret in run.document["apps"]["myapp"]["environment"]["secrets"].values()
    ]
    assert {identity.read(document)["value"] for document in documents} == {CANARY}
    assert all(decrypt(document, {}).returncode != 0 for document in documents)
