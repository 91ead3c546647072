"""A rotation: everything is encrypted for the new key, the old one goes last, and a crash anywhere loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from pvdifyd import sops
from pvdifyd.inventory import Document
from pvdifyd.models import App, Event, Host, Operation, RegistryCredential, Release, Secret
from pvdifyd.models.event import NOTE
from pvdifyd.operations.rotate import request_rotate
from pvdifyd.worker.rotation import rotate
from pvdifyd.worker.rotation.batch import BATCH_SIZE
from tests.api.fake_engine import Failure, Outcome
from tests.api.fake_key import FIRST, FakeKey, document, recipient_of


class Killed(BaseException):
    """The worker ended here."""


@dataclass
class Playing:
    """Plays both playbooks on a host's key. `meanwhile` is called during each run; `killed_before` and `killed_after`
    end the worker at the run of this number (from 1), before or after the host did its work."""

    key: FakeKey = field(default_factory=FakeKey)
    meanwhile: Callable[[], None] = lambda: None
    killed_before: int = 0
    killed_after: int = 0
    fail: dict[str, Failure] = field(default_factory=dict)
    played: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, playbook: str, document: Document) -> Outcome:
        rotation = document["rotation"]
        self.played.append((playbook, rotation))
        if len(self.played) == self.killed_before:
            raise Killed
        self.meanwhile()
        results = {}
        if playbook in self.fail:
            return Outcome(False, True, self.fail[playbook], {}, "reencrypt")
        if playbook == "rotate":
            results = {"reencrypt": self.key.reencrypt(rotation["documents"])}
        else:
            self.key.forget(rotation["recipient"])
        if len(self.played) == self.killed_after:
            raise Killed
        return Outcome(True, True, None, results, "reencrypt")

    @property
    def sent(self) -> list[list[str]]:
        """The documents' ids that each run of rotate was given."""
        return [
            [one["id"] for one in rotation["documents"]]
            for playbook, rotation in self.played
            if playbook == "rotate"
        ]


@pytest.fixture
def app(host: Host) -> App:
    Host.update(recipient=FIRST).where(Host.id == host.id).execute()
    return App.create(name="myapp", environment="production", host=host, processes={}, bind_port=3000)


def set_secret(app: App, key: str, version: int, recipient: str = FIRST, padding: str = "") -> Secret:
    text = document(recipient, app=app.name, key=key, version=version, value=padding)
    return Secret.create(app=app, key=key, version=version, document=text, recipient=recipient)


def sign_in(app: App | None, host: Host, registry: str = "ghcr.io") -> RegistryCredential:
    text = document(FIRST, app=app and app.name, registry=registry, username="u", password="p")
    return RegistryCredential.create(
        host=host, app=app, registry=registry, username="u", document=text, recipient=FIRST, created_by="t"
    )


def release(app: App, version: int, *secrets: Secret) -> Release:
    pins = {one.key: {"version": one.version, "digest": sops.digest(one.document)} for one in secrets}
    return Release.create(
        app=app, version=version, units=version, image="nginx", processes={}, secrets=pins, created_by="t"
    )


def asked() -> Operation:
    return request_rotate("demo", "tester")


def notes(operation: Operation) -> list[str]:
    return [one.message for one in operation.events.where(Event.type == NOTE)]


def rows() -> list[Any]:
    return [*Secret.select(), *RegistryCredential.select()]


def assert_all_is_rotated(key: FakeKey) -> None:
    assert len(key.recipients) == 1, "the old key is forgotten"
    (recipient,) = key.recipients
    assert Host.get().recipient == recipient
    for row in rows():
        assert (row.recipient, recipient_of(row.document)) == (recipient, recipient)
    for one in Release.select():
        for name, pin in one.secrets.items():
            row = Secret.get(
                (Secret.app == one.app) & (Secret.key == name) & (Secret.version == pin["version"])
            )
            assert pin["digest"] == sops.digest(row.document), "the release names the new document"


def test_everything_of_the_host_is_encrypted_for_its_new_key(app: App, host: Host) -> None:
    first, second = set_secret(app, "A", 1), set_secret(app, "A", 2)
    release(app, 1, first)
    release(app, 2, second)
    sign_in(app, host)
    sign_in(None, host)
    operation, play = asked(), Playing()
    assert rotate(operation, play).ok
    assert_all_is_rotated(play.key)
    assert [playbook for playbook, _ in play.played] == ["rotate", "forget"]
    (note,) = notes(operation)
    assert note.startswith("Everything is encrypted for demo's new key, age1new1. If you keep a copy")
    assert Operation.get_by_id(operation.id).arguments == {"host": "demo", "recipient": "age1new1"}


def test_the_host_is_told_what_stands_in_each_document_but_not_the_secret(app: App, host: Host) -> None:
    secret, own, of_all = set_secret(app, "A", 3), sign_in(app, host), sign_in(None, host, "r:5000")
    operation, play = asked(), Playing()
    rotate(operation, play)
    _, told = play.played[0]
    assert told == {
        "host": "demo",
        "operation": operation.id,
        "documents": [
            {
                "id": f"secret:{secret.id}",
                "bound": {"app": "myapp", "key": "A", "version": 3},
                "document": secret.document,
            },
            {
                "id": f"credential:{own.id}",
                "bound": {"app": "myapp", "registry": "ghcr.io", "username": "u"},
                "document": own.document,
            },
            {
                "id": f"credential:{of_all.id}",
                "bound": {"app": None, "registry": "r:5000", "username": "u"},
                "document": of_all.document,
            },
        ],
    }
    assert play.played[1] == ("forget", {"host": "demo", "operation": operation.id, "recipient": "age1new1"})


def test_a_host_that_keeps_nothing_gets_its_new_key_all_the_same(app: App) -> None:
    play = Playing()
    assert rotate(asked(), play).ok
    assert play.sent == [[]]
    assert_all_is_rotated(play.key)


def test_what_is_another_hosts_is_left_alone(app: App, host: Host) -> None:
    other = Host.create(name="other", recipient="age1other")
    elsewhere = App.create(name="away", environment="production", host=other, processes={}, bind_port=3000)
    secret = set_secret(elsewhere, "A", 1, "age1other")
    rotate(asked(), Playing())
    assert Secret.get_by_id(secret.id).document == secret.document
    assert Host.get_by_id(other.id).recipient == "age1other"


def test_a_release_that_names_another_document_keeps_its_digest(app: App) -> None:
    secret = set_secret(app, "A", 1)
    pins = {"A": {"version": 1, "digest": "of something else"}}
    tampered = release(app, 1, secret)
    Release.update(secrets=pins).where(Release.id == tampered.id).execute()
    rotate(asked(), Playing())
    assert Release.get_by_id(tampered.id).secrets == pins


def test_a_secret_that_is_set_during_the_rotation_has_the_next_turn(app: App) -> None:
    first = set_secret(app, "A", 1)
    late: list[Secret] = []

    def meanwhile() -> None:
        if not late:
            late.append(set_secret(app, "A", 2))
            release(app, 2, late[0])

    play = Playing(meanwhile=meanwhile)
    assert rotate(asked(), play).ok
    assert play.sent == [[f"secret:{first.id}"], [f"secret:{late[0].id}"]]
    assert_all_is_rotated(play.key)


def test_a_credential_that_is_replaced_during_the_rotation_is_not_undone(app: App, host: Host) -> None:
    old = sign_in(app, host)
    replaced: list[RegistryCredential] = []

    def meanwhile() -> None:
        if not replaced:
            old.delete_instance()
            replaced.append(sign_in(app, host))

    play = Playing(meanwhile=meanwhile)
    assert rotate(asked(), play).ok
    assert RegistryCredential.select().count() == 1
    assert_all_is_rotated(play.key)


def test_what_is_too_much_for_one_run_goes_in_several(app: App) -> None:
    for version in range(1, 6):
        release(app, version, set_secret(app, "A", version, padding="x" * (BATCH_SIZE * 2 // 5)))
    play = Playing()
    assert rotate(asked(), play).ok
    assert [len(ids) for ids in play.sent] == [2, 2, 1]
    assert_all_is_rotated(play.key)


def test_a_document_larger_than_a_run_goes_alone(app: App) -> None:
    set_secret(app, "A", 1, padding="x" * BATCH_SIZE)
    set_secret(app, "A", 2)
    play = Playing()
    assert rotate(asked(), play).ok
    assert [len(ids) for ids in play.sent] == [1, 1]


def test_what_the_host_can_not_read_stays_and_is_named(app: App) -> None:
    lost, fine = set_secret(app, "LOST", 1, "age1gone"), set_secret(app, "FINE", 2)
    operation, play = asked(), Playing()
    assert rotate(operation, play).ok
    assert play.sent == [[f"secret:{lost.id}", f"secret:{fine.id}"], [f"secret:{lost.id}"]], "asked for twice"
    assert Secret.get_by_id(lost.id).document == lost.document
    assert Secret.get_by_id(fine.id).recipient == "age1new1"
    (note,) = notes(operation)
    assert "myapp LOST v1" in note
    assert "set again" in note
    assert "FINE" not in note


def test_where_encrypting_fails_nothing_is_changed(app: App) -> None:
    set_secret(app, "A", 1)
    before = [row.document for row in rows()]
    play = Playing(fail={"rotate": Failure("host_unreachable", "refused", "reencrypt", {})})
    assert rotate(asked(), play) == Outcome(False, True, play.fail["rotate"], {}, "reencrypt")
    assert [row.document for row in rows()] == before
    assert Host.get().recipient == FIRST


def test_a_rotation_that_failed_before_its_end_is_ended_by_the_next(app: App) -> None:
    set_secret(app, "A", 1)
    play = Playing(fail={"forget": Failure("host_unreachable", "reset", "forget", {})})
    assert not rotate(asked(), play).ok
    assert play.key.recipients == ["age1new1", FIRST]
    play.fail.clear()
    assert rotate(asked(), play).ok
    assert_all_is_rotated(play.key)
    assert Host.get().recipient == "age1new1", "the key that had been made already"


def test_a_host_that_leaves_out_a_document_does_not_forget_its_key(app: App) -> None:
    set_secret(app, "A", 1)
    play = Playing()
    play.key.reencrypt = lambda documents: {"recipient": "age1new1", "documents": {}, "unreadable": []}  # type: ignore[method-assign,assignment]
    with pytest.raises(KeyError):
        rotate(asked(), play)
    assert [playbook for playbook, _ in play.played] == ["rotate"]
    assert Host.get().recipient == FIRST


@pytest.mark.parametrize("moment", ["killed_before", "killed_after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_worker_that_is_killed_anywhere_goes_on_at_its_next_start(
    app: App, host: Host, moment: str, number: int
) -> None:
    """Runs 1 and 2 encrypt anew, since what is there is too much for one; run 3 forgets."""
    for version in (1, 2):
        release(app, version, set_secret(app, "A", version, padding="x" * (BATCH_SIZE * 2 // 3)))
    operation, play = asked(), Playing(**{moment: number})  # type: ignore[arg-type]
    with pytest.raises(Killed):
        rotate(operation, play)
    for row in rows():
        assert play.key.reads(row.document), "the host can read everything at every moment"
    assert rotate(Operation.get_by_id(operation.id), play).ok
    assert_all_is_rotated(play.key)
    assert play.key.made == 1, "one rotation makes one key"
