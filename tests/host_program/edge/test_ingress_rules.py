"""Which app a name goes to by the tunnel's ingress, whose first rule that fits wins."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pvdifyd.host_program.answers import StepFailed
from pvdifyd.host_program.edge import cloudflared, ingress_rules
from pvdifyd.host_program.edge.ingress_rules import CATCH_ALL, check, rules, same
from tests.stand_ins import program

LABELS = st.sampled_from(["a", "b", "com", "my-app"])
NAMES = st.lists(LABELS, min_size=2, max_size=4).map(".".join)
DOMAINS = st.one_of(NAMES, NAMES.map(lambda name: f"*.{name}"))
SETS = st.lists(DOMAINS, unique=True, max_size=12)


def route(domain: str, port: int = 3000, address: str = "127.0.0.1") -> dict[str, Any]:
    return {"domain": domain, "app": "my-app", "address": address, "port": port}


def routes(domains: list[str]) -> list[dict[str, Any]]:
    return [route(domain, 3000 + number) for number, domain in enumerate(domains)]


def most_specific(domains: list[str], host: str) -> str | None:
    """The rule that people expect, told in another way: the exact name, or else the longest wildcard."""
    if host in domains:
        return host
    fitting = [domain for domain in domains if domain.startswith("*.") and host.endswith(domain[1:])]
    return max(fitting, key=len, default=None)


@given(SETS, NAMES)
def test_each_name_goes_to_the_most_specific_rule(domains: list[str], host: str) -> None:
    by_service = {f"http://127.0.0.1:{one['port']}": one["domain"] for one in routes(domains)}
    stand_in = program.module()
    taken = stand_in.find_rule(stand_in.read_rules({"ingress": rules(routes(domains))}), host, "/")
    assert by_service.get(taken.service) == most_specific(domains, host)
    assert (taken.service == CATCH_ALL) == (most_specific(domains, host) is None)


@given(SETS)
def test_exact_names_come_first_then_the_longer_wildcards_and_all_else_last(domains: list[str]) -> None:
    ingress = rules(routes(domains))
    hostnames = [rule["hostname"] for rule in ingress[:-1]]
    wild = [name for name in hostnames if name.startswith("*.")]
    exact = [name for name in hostnames if not name.startswith("*.")]
    assert hostnames == [*sorted(exact), *wild]
    assert [name.count(".") for name in wild] == sorted((name.count(".") for name in wild), reverse=True)
    assert ingress[-1] == {"service": CATCH_ALL}
    assert sorted(hostnames) == sorted(domains)


@given(SETS, st.randoms())
def test_the_order_of_what_was_asked_for_makes_no_difference(domains: list[str], random: Any) -> None:
    asked = routes(domains)
    shuffled = list(asked)
    random.shuffle(shuffled)
    assert rules(shuffled) == rules(asked)


@given(SETS)
def test_the_file_is_what_cloudflared_takes_and_says_the_same(domains: list[str]) -> None:
    ingress = rules(routes(domains))
    text = cloudflared.configuration("5f3c1d8e-0000-4000-8000-9b1f6a7c2d11", 2999, ingress)
    stand_in = program.module()
    assert len(stand_in.read_rules(json.loads(text))) == len(ingress)
    assert set(json.loads(text)) <= stand_in.KNOWN_KEYS
    assert cloudflared.ingress_in(text) == ingress
    assert cloudflared.metrics_port_in(text) == 2999


@pytest.mark.parametrize(
    ("ingress", "what"),
    [
        ([], "no rule"),
        ([{"hostname": "a.com", "service": "http://127.0.0.1:1"}], "must be the last one"),
        ([{"service": CATCH_ALL}, {"service": CATCH_ALL}], "must be the last one"),
        ([{"service": "http://127.0.0.1:1"}], "the last rule is"),
        (
            [
                {"hostname": "a.com", "service": "http://127.0.0.1:1"},
                {"hostname": "a.com", "service": "http://127.0.0.1:2"},
                {"service": CATCH_ALL},
            ],
            "a.com is there twice",
        ),
        (
            [{"hostname": "a.com", "servcie": "x", "service": "http://127.0.0.1:1"}, {"service": CATCH_ALL}],
            "'servcie'",
        ),
        *(
            (
                [{"hostname": name, "service": "http://127.0.0.1:1"}, {"service": CATCH_ALL}],
                "no name of a host",
            )
            for name in ("a.com:80", "*", "a.*.com", "*.*.com", "A.com", "a..com", "a.com\n", "-a.com", 7)
        ),
        *(
            ([{"hostname": "a.com", "service": service}, {"service": CATCH_ALL}], "no address of an app")
            for service in (
                "http://127.0.0.1:1/path",
                "http://127.0.0.1",
                "unix:/run/x",
                "http://127.0.0.1:0",
            )
        ),
    ],
)
def test_what_can_not_be_meant_is_refused(ingress: list[Any], what: str) -> None:
    with pytest.raises(StepFailed) as refused:
        check(ingress)
    assert refused.value.code == "ingress_invalid"
    assert what in refused.value.message
    assert "Those before are in force" in refused.value.message
    assert refused.value.details["next_step"]


def test_a_name_that_two_routes_ask_for_is_refused() -> None:
    with pytest.raises(StepFailed, match=r"a\.com is there twice"):
        rules([route("a.com", 3000), route("a.com", 3001)])


def test_an_address_of_six_is_in_brackets() -> None:
    assert rules([route("a.com", 3000, "fd00::1")])[0]["service"] == "http://[fd00::1]:3000"


def test_a_rule_is_kept_for_a_name_that_can_not_go_yet() -> None:
    in_force = rules([route("a.com"), route("b.com")])
    kept = ingress_rules.kept_of(in_force, ["b.com", "unknown.com"])
    assert rules([route("a.com")], kept) == in_force
    assert rules([route("b.com", 3009)], kept)[0]["service"] == "http://127.0.0.1:3009", (
        "a route comes before it"
    )


def test_what_cloudflared_tells_of_its_rules_is_compared_by_what_they_do() -> None:
    told = [
        {"hostname": "a.com", "path": None, "service": "http://127.0.0.1:3000", "originRequest": {}},
        {"hostname": "", "service": CATCH_ALL},
    ]
    assert same(told, rules([route("a.com")]))
    assert not same(told, rules([route("a.com", 3001)]))
    assert not same(told, rules([]))


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"ingress": 1}', '{"ingress": null}', "tunnel: x"])
def test_a_file_that_is_not_ours_has_no_rules(text: str | None) -> None:
    assert cloudflared.ingress_in(text) == []
    assert cloudflared.metrics_port_in(text) is None
