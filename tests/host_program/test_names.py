"""Names on the host are unambiguous, however many dashes the app's name has."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.host_program import names
from pvdifyd.host_program.names import Instance, instance_of, slice_unit, standby_timer

apps = st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
processes = st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)
numbers = st.integers(1, 999)
instances = st.builds(Instance, apps, processes, numbers, numbers)


@given(instances)
def test_a_unit_s_name_tells_its_instance(instance: Instance) -> None:
    assert instance_of(instance.unit, instance.app) == instance


@given(instances, apps)
def test_no_other_app_claims_it(instance: Instance, other: str) -> None:
    if other != instance.app:
        assert instance_of(instance.unit, other) is None


@given(apps, numbers, st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,9}", fullmatch=True), apps, numbers)
def test_a_secret_s_name_tells_its_release(app: str, units: int, key: str, other: str, another: int) -> None:
    name = names.podman_secret(app, units, key)
    assert names.is_podman_secret(name, app, units)
    assert names.is_podman_secret(name, other, another) == ((other, another) == (app, units))
    assert not names.is_podman_secret(name, f"{app}-v{units}", units)


def test_foreign_units_are_nobody_s() -> None:
    for unit in (
        "nginx.service",
        "pvdify-haproxy.service",
        "pvdify-my-web.service",
        "pvdify-my-web-v1@.service",
    ):
        assert instance_of(unit, "my") is None


def test_a_slice_is_no_child_of_another_app_s() -> None:
    assert slice_unit("myapp") == "pvdify-myapp.slice"
    assert slice_unit("myapp-staging") == "pvdify-myapp\\x2dstaging.slice"


def test_a_standby_timer_is_no_process_of_any_app() -> None:
    assert instance_of(standby_timer("my", 3) + ".service", "standby") is None
    assert "@" in standby_timer("my", 3)


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty host; its folders are those of the names."""
    for name in ("QUADLETS", "UNITS", "PROXY_APPS", "CONFIGURATION"):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(names, name, tmp_path / name)
    return tmp_path


def test_what_a_killed_run_left_half_written_is_found_and_nobody_else_s(host: Path) -> None:
    left = [
        host / "QUADLETS/.pvdify-my-web-v3@.container.tmp",
        host / "UNITS/.pvdify-my-web.service.tmp",
        host / "UNITS/pvdify-my-web.service.d/.20-coming.conf.tmp",
        host / "UNITS/pvdify-my-web-v3@.service.d/.10-pvdify.conf.tmp",
        host / "PROXY_APPS/.my.cfg.tmp",
        host / "CONFIGURATION/apps/my/.app.json.tmp",
        host / "CONFIGURATION/apps/my/releases/3/.web-1.env.tmp",
    ]
    others = [
        host / "QUADLETS/.pvdify-my-app-web-v3@.container.tmp",
        host / "UNITS/.pvdify-my-app-web.service.tmp",
        host / "UNITS/pvdify-my-app-web.service.d/.20-coming.conf.tmp",
        host / "PROXY_APPS/.my-app.cfg.tmp",
        host / "CONFIGURATION/apps/my-app/.app.json.tmp",
        host / "QUADLETS/pvdify-my-web-v3@.container",
    ]
    for path in [*left, *others]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert names.unfinished_of("my") == sorted(left)


def test_a_release_s_drop_ins_are_its_own(host: Path) -> None:
    ours = names.service_drop_in("my", "web", 3).parent
    for folder in (
        ours,
        names.service_drop_in("my", "web", 31).parent,
        names.service_drop_in("my-app", "web", 3).parent,
        host / "UNITS/pvdify-my-web.service.d",
    ):
        folder.mkdir()
    assert names.service_drop_ins_of("my", 3) == [ours]
