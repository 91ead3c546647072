"""The proxy's file for one app, and the question a switch asks of it: is a reload needed?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.host_program.proxy_file import Route, Server, quoted, same_shape, servers_in

ports = st.integers(20000, 32767)
places = st.tuples(ports, st.booleans())
servers = st.lists(places, max_size=5).map(
    lambda found: [Server(f"web{number + 1}", *place) for number, place in enumerate(found)]
)


def route(servers: list[Server], *, path: str | None = "/health", port: int = 3000) -> str:
    return Route("my-app", "127.0.0.1", port, path, 5, servers).text()


@given(servers)
def test_the_servers_can_be_read_back(wanted: list[Server]) -> None:
    assert servers_in(route(wanted)) == wanted


@given(servers, st.data())
def test_other_ports_and_who_is_enabled_keep_the_shape(before: list[Server], data: st.DataObject) -> None:
    after = [Server(server.name, *data.draw(places)) for server in before]
    assert same_shape(route(before), route(after))


@given(servers, st.integers(0, 9))
def test_places_that_nobody_has_are_disabled_and_cost_no_one_his(taken: list[Server], count: int) -> None:
    made = Route("my-app", "127.0.0.1", 3000, None, 5, taken).with_places(count).servers
    assert [server for server in made if server in taken] == taken
    assert len(made) == max(count, len(taken))
    assert len({server.name for server in made}) == len(made)
    assert not any(server.enabled for server in made if server not in taken)


def test_who_leaves_and_who_joins_keeps_the_shape_as_long_as_there_are_places() -> None:
    one, two = [Server("web1", 20000)], [Server("web1", 20000), Server("web2", 20001)]
    spare = Route("my-app", "127.0.0.1", 3000, "/health", 5, one).with_places(2)
    assert same_shape(spare.text(), route(two))


def test_all_else_needs_a_reload() -> None:
    one, two = [Server("web1", 20000)], [Server("web1", 20000), Server("web2", 20001)]
    assert not same_shape(route(one), route(two))
    assert not same_shape(route(one), route(one, path="/up"))
    assert not same_shape(route(one), route(one, port=3001))


def test_frontend_and_backend_have_names_of_their_own() -> None:
    names = [line.split()[1] for line in route([]).splitlines() if line.startswith(("frontend", "backend"))]
    assert names == ["pvdify-my-app:http", "pvdify-my-app"]


def test_the_proxy_is_as_patient_as_the_health_check() -> None:
    assert "    timeout check 20s\n" in Route("my-app", "127.0.0.1", 3000, "/health", 20, []).text()


def test_a_post_is_never_sent_twice() -> None:
    assert "http-request disable-l7-retry unless { method GET HEAD OPTIONS }" in route([])


@pytest.mark.parametrize("path", ["/a'b", "/#x", "/${HOME}", '/"', "/a\\"])
def test_a_hostile_path_is_one_word(path: str) -> None:
    assert f"uri {quoted(path)} ver" in route([], path=path)
    assert quoted(path).startswith("'")


def test_a_control_character_is_refused() -> None:
    with pytest.raises(ValueError, match="control character"):
        quoted("/a\n    server evil 10.0.0.1:80")
