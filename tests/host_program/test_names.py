"""Names on the host are unambiguous, however many dashes the app's name has."""

from hypothesis import given
from hypothesis import strategies as st

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
