"""Secrets set, credentials replaced, rotations cut off anywhere, in any order: the host can always read everything."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pvdifyd import sops
from pvdifyd.inventory import Document
from pvdifyd.models import App, Host, Operation, RegistryCredential, Release, Secret
from pvdifyd.models.operation import FAILED, OPEN, SUCCEEDED
from pvdifyd.operations.rotate import request_rotate
from pvdifyd.worker.rotation import rotate
from tests.api.fake_engine import Outcome
from tests.api.fake_key import FIRST, FakeKey, document, recipient_of


class Killed(BaseException):
    """The worker ended here."""


class World:
    """One host with one app, and what may happen to it."""

    def __init__(self) -> None:
        for model in (Release, Secret, RegistryCredential, Operation, App, Host):
            model.delete().execute()
        self.host = Host.create(name="demo", recipient=FIRST)
        self.app = App.create(
            name="myapp", environment="production", host=self.host, processes={}, bind_port=3000
        )
        self.key = FakeKey()
        self.versions = itertools.count(1)

    def set_secret(self) -> None:
        """As the API does it: for the recipient of this moment, and with a release that records the digest."""
        recipient, version = Host.get().recipient, next(self.versions)
        text = document(recipient, app="myapp", key="A", version=version, value="x")
        Secret.create(app=self.app, key="A", version=version, document=text, recipient=recipient)
        pins = {"A": {"version": version, "digest": sops.digest(text)}}
        Release.create(
            app=self.app,
            version=version,
            units=version,
            image="nginx",
            processes={},
            secrets=pins,
            created_by="t",
        )

    def sign_in(self) -> None:
        """It replaces the one before."""
        recipient = Host.get().recipient
        RegistryCredential.delete().execute()
        text = document(recipient, app=None, registry="ghcr.io", username="u", password="p")
        RegistryCredential.create(
            host=self.host,
            registry="ghcr.io",
            username="u",
            document=text,
            recipient=recipient,
            created_by="t",
        )

    def rotate(self, die_at: int, after_the_host: bool, meanwhile: Callable[[], None] | None) -> None:
        """A rotation, or the next attempt of one, that is cut off at its run of this number (0: at none)."""
        operation = Operation.get_or_none(Operation.status.in_(OPEN)) or request_rotate("demo", "tester")
        runs = itertools.count(1)

        def play(playbook: str, told: Document) -> Outcome:
            nonlocal meanwhile
            dies = next(runs) == die_at
            if meanwhile is not None:
                meanwhile()
                meanwhile = None
            if dies and not after_the_host:
                raise Killed
            results = {}
            if playbook == "rotate":
                results = {"reencrypt": self.key.reencrypt(told["rotation"]["documents"])}
            else:
                self.key.forget(told["rotation"]["recipient"])
            if dies:
                raise Killed
            return Outcome(True, True, None, results)

        try:
            assert rotate(operation, play).ok
        except Killed:
            return
        Operation.update(status=SUCCEEDED).where(Operation.id == operation.id).execute()
        assert self.key.recipients == [Host.get().recipient]
        assert {recipient_of(row.document) for row in self.rows()} <= set(self.key.recipients)

    def give_up(self) -> None:
        """The rotation that was cut off has failed for good; another one may be asked for."""
        Operation.update(status=FAILED).where(Operation.status.in_(OPEN)).execute()

    def check(self) -> None:
        for row in self.rows():
            assert row.recipient == recipient_of(row.document)
            assert self.key.reads(row.document)
        for release in Release.select():
            pin = release.secrets["A"]
            secret = Secret.get(Secret.version == pin["version"])
            assert pin["digest"] == sops.digest(secret.document)

    def rows(self) -> list[Secret | RegistryCredential]:
        return [*Secret.select(), *RegistryCredential.select()]


NAMES = st.sampled_from(["set_secret", "sign_in", "give_up"])
ROTATIONS = st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from([None, "set_secret", "sign_in"]))


@pytest.mark.usefixtures("database")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NAMES | ROTATIONS, max_size=12))
def test_the_host_can_read_everything_whatever_happens(
    happenings: list[str | tuple[int, bool, str | None]],
) -> None:
    world = World()
    for one in happenings:
        if isinstance(one, str):
            getattr(world, one)()
        else:
            number, after_the_host, meanwhile = one
            world.rotate(number, after_the_host, getattr(world, meanwhile) if meanwhile else None)
        world.check()
    world.rotate(0, False, None)
    world.check()
