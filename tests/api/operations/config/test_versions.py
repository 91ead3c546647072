"""Config versions under any sequence of changes, deploys and rollbacks: immutable, counted, and true to a model."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from hypothesis import HealthCheck
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pvdifyd.models import App, ConfigVersion, Host, Operation, Release
from pvdifyd.models.operation import CONFIG
from pvdifyd.operations.cancel import request_cancel
from pvdifyd.operations.config.change import Changed, Wish, change_config
from pvdifyd.operations.config.content import Change
from pvdifyd.operations.config.environment import environment_of
from pvdifyd.operations.config.sealing import seal_ahead
from pvdifyd.operations.deploy import request_deploy
from pvdifyd.operations.rollback import request_rollback
from pvdifyd.settings import Settings
from pvdifyd.worker.perform import Performer
from tests.api.age_identity import Identity
from tests.api.fake_engine import CRASH, FakeEngine

KEYS = st.sampled_from("ABC")
WANTED = st.dictionaries(KEYS, st.none() | st.sampled_from(["", "1", "2"]), max_size=3)

numbers = count(1)


# What a deploy's release is to have: the config that is the app's when its turn comes.
TAKES_CURRENT = -1


@dataclass(frozen=True)
class Asked:
    """An operation that waits; newest: of the config versions by then; follows: the operation that a config release is
    to follow, 0 where something served."""

    operation: int
    kind: str
    config: int | None
    newest: int
    follows: int
    fails: bool


class ConfigVersions(RuleBasedStateMachine):
    """The model: what each version held, {key: text}, and which keys of it are secret."""

    host: Host
    identity: Identity
    settings: Settings

    @initialize()
    def app_is_created(self) -> None:
        number = next(numbers)
        self.name = f"app-{number}"
        App.create(
            name=self.name,
            environment="production",
            host=self.host,
            image="nginx",
            processes={"web": {"command": None, "count": 1, "overlap": True}},
            bind_port=3000 + number,
        )
        self.engine = FakeEngine()
        self.versions: dict[int, tuple[dict[str, str], frozenset[str]]] = {}
        self.current: int | None = None
        self.served: dict[int, int | None] = {}
        self.queue: list[Asked] = []
        self.cancelled: set[int] = set()

    @rule(plain=WANTED, secret=WANTED, restart=st.booleans())
    def change(self, plain: dict[str, str | None], secret: dict[str, str | None], restart: bool) -> None:
        plain = {key: text for key, text in plain.items() if key not in secret}
        made = self._change(Change(plain, secret), restart)
        texts, secrets = self._content()
        wanted = {**plain, **secret}
        after = {key: text for key, text in {**texts, **wanted}.items() if text is not None}
        now_secret = frozenset(key for key in after if key in secrets or secret.get(key) is not None)
        set_again = {key for key, text in wanted.items() if text is not None} & now_secret
        if after == texts and not set_again:
            assert made.changes == []
            assert made.version is None or made.version.version == self.current
            if made.operation is not None:
                assert restart
                assert self.served[max(self.served)] != self.current
                self._queue(made.operation, self.current)
            elif restart and self.served and not self.queue:
                assert self.served[max(self.served)] == self.current
            return
        assert set(made.changes) >= set_again
        self.current = len(self.versions) + 1
        assert made.version is not None
        assert made.version.version == self.current
        self.versions[self.current] = (after, now_secret)
        if made.operation is not None:
            self._queue(made.operation, self.current)

    @rule(fails=st.booleans())
    def deploy(self, fails: bool) -> None:
        self._queue(request_deploy(self.name, None, "tester")[1], TAKES_CURRENT, fails)

    @rule(data=st.data(), code_only=st.booleans())
    def roll_back(self, data: st.DataObject, code_only: bool) -> None:
        units = {row.version: row.units for row in self._releases()}
        serving = max(self.served, default=0)
        targets = [version for version in self.served if units[version] != units[serving]]
        if not targets:
            return
        target = data.draw(st.sampled_from(targets))
        _, operation = request_rollback(self.name, target, "tester", code_only)
        self._queue(operation, TAKES_CURRENT if code_only else self.served[target])

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if self.queue:
            gone = data.draw(st.sampled_from(self.queue))
            assert request_cancel(gone.operation, "tester").status == "cancelled"
            self.queue.remove(gone)
            self.cancelled.add(gone.operation)

    @rule()
    def the_queue_is_worked_off(self) -> None:
        for asked in self.queue:
            self._perform(asked)
        self.queue = []

    @invariant()
    def the_current_one_is_what_the_model_says(self) -> None:
        assert self._app().config_version == self.current

    @invariant()
    def no_version_ever_changes(self) -> None:
        rows = ConfigVersion.select().where(ConfigVersion.app == self._app())
        assert {row.version for row in rows} == set(self.versions)
        for row in rows:
            texts, secrets = self.versions[row.version]
            assert row.values == {key: text for key, text in texts.items() if key not in secrets}
            assert row.secrets.keys() == secrets
            assert all(version <= row.version for version in row.secrets.values())

    @invariant()
    def what_serves_has_the_config_it_was_released_with(self) -> None:
        for release in self._releases():
            if release.version in self.served:
                assert release.config_version == self.served[release.version]

    def teardown(self) -> None:
        # Decrypting takes its time; once, at the end, it shows as much.
        for release in self._releases()[-2:]:
            told = environment_of(self._app(), release)
            texts, secrets = self.versions.get(told["version"], ({}, frozenset()))
            assert told["secrets"].keys() == secrets
            for key, secret in told["secrets"].items():
                assert self.identity.read(secret["document"]) == {
                    "app": self.name,
                    "key": key,
                    "value": texts[key],
                    "version": secret["version"],
                }

    def _change(self, change: Change, restart: bool) -> Changed:
        wish = Wish("tester", restart=restart)
        return change_config(self.name, change, wish, seal_ahead(self.name, change))

    def _queue(self, operation: Operation, config: int | None, fails: bool = False) -> None:
        """`config`: what its release is to have."""
        follows = operation.id
        if operation.kind == CONFIG:
            follows = self.queue[-1].follows if self.queue else 0
        self.queue.append(Asked(operation.id, operation.kind, config, len(self.versions), follows, fails))

    def _perform(self, asked: Asked) -> None:
        config = self.current if asked.config == TAKES_CURRENT else asked.config
        pointless = not self.served and asked.kind == CONFIG and asked.follows in self.cancelled
        if asked.fails:
            self.engine.fail_playbook["deploy"] = [CRASH]
        self._performer().perform(asked.operation)
        operation = Operation.get_by_id(asked.operation)
        assert operation.status == ("cancelled" if pointless else "failed" if asked.fails else "succeeded")
        if operation.status != "succeeded":
            return
        self.served[operation.release_version] = config
        # Whoever made a newer one meanwhile is not overruled.
        if asked.newest == len(self.versions):
            self.current = config

    def _performer(self) -> Performer:
        return Performer(self.settings, self.engine, self.settings.home, lambda: None)

    def _app(self) -> App:
        return App.get(App.name == self.name)

    def _releases(self) -> list[Release]:
        return list(Release.select().where(Release.app == self._app()).order_by(Release.version))

    def _content(self) -> tuple[dict[str, str], frozenset[str]]:
        return self.versions[self.current] if self.current else ({}, frozenset())


def test_any_sequence_of_changes(settings: Settings, prepared: Host, identity: Identity) -> None:
    ConfigVersions.host = prepared
    ConfigVersions.identity = identity
    ConfigVersions.settings = settings
    run_state_machine_as_test(
        ConfigVersions,
        settings=effort(
            max_examples=25,
            stateful_step_count=15,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
