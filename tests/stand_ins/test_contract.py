"""Every request and every answer is held to Cloudflare's own document."""

from typing import Any

import pytest

from demo.stand_ins.cloudflare.contract import Call, Contract, ContractBroken
from demo.stand_ins.cloudflare.stand_in import CALLS, Request, StandIn
from tests.stand_ins.account import TUNNEL, Account, alias

RECORDS, CONFIGURATIONS = "/zones/z/dns_records", "/accounts/a/cfd_tunnel/t/configurations"
JSON = "application/json"


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract()


def found(contract: Contract, method: str, path: str) -> Call:
    call = contract.find(method, path)
    assert call is not None
    return call


def check(contract: Contract, method: str, path: str, body: object, content_type: str | None = JSON) -> None:
    contract.check_request(found(contract, method, path), [], content_type, body)


def ingress(*rules: dict[str, object]) -> dict[str, object]:
    return {"config": {"ingress": list(rules)}}


def test_every_call_of_the_contract_is_there(contract: Contract) -> None:
    document: dict[str, dict[str, Any]] = contract._document["paths"]
    assert {each["operationId"] for methods in document.values() for each in methods.values()} == set(CALLS)


def test_a_call_that_is_not_in_it(contract: Contract) -> None:
    assert contract.find("GET", "/user") is None
    assert contract.find("PUT", "/zones") is None
    assert contract.find("GET", "/zones/z/dns_records/r/more") is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", RECORDS, alias("a.example.com", comment="pvdify myapp on demo")),
        ("PATCH", f"{RECORDS}/r", alias("a.example.com")),
        ("DELETE", f"{RECORDS}/r", None),
        ("PATCH", "/zones/z/settings/ssl", {"value": "strict"}),
        ("PUT", CONFIGURATIONS, ingress({"service": "http_status:404"})),
        (
            "PUT",
            CONFIGURATIONS,
            ingress(
                {"hostname": "a.example.com", "service": "http://127.0.0.1:3000"},
                {"hostname": "", "service": "http_status:404"},
            ),
        ),
    ],
)
def test_what_is_asked_for_here_is_allowed(contract: Contract, method: str, path: str, body: object) -> None:
    check(contract, method, path, body)


@pytest.mark.parametrize(
    ("method", "path", "body", "says"),
    [
        ("POST", RECORDS, {"type": "CNAME", "name": "a.example.com"}, "content"),
        ("POST", RECORDS, alias("a" * 256), "body"),
        ("POST", RECORDS, alias("a.example.com", ttl=2), "body"),
        ("POST", RECORDS, alias("a.example.com", proxied="yes"), "body"),
        ("POST", RECORDS, {**alias("a.example.com"), "type": "ALIAS"}, "body"),
        ("POST", RECORDS, {"type": "A", "name": "a.example.com", "content": "here"}, "body"),
        ("POST", RECORDS, "no JSON", "body"),
        ("PATCH", "/zones/z/settings/ssl", {"value": "Full (strict)"}, "body"),
        ("PATCH", "/zones/z/settings/ssl", {}, "body"),
        (
            "PUT",
            CONFIGURATIONS,
            ingress({"service": "http://127.0.0.1:1"}, {"service": "http_status:404"}),
            "hostname",
        ),
        ("PUT", CONFIGURATIONS, ingress({"hostname": "a.example.com"}), "service"),
        ("PUT", CONFIGURATIONS, {"config": {"ingress": {}}}, "array"),
        ("GET", f"/zones/{'z' * 33}", None, "too long"),
    ],
)
def test_what_is_not_allowed_is_named(
    contract: Contract, method: str, path: str, body: object, says: str
) -> None:
    with pytest.raises(ContractBroken, match=says):
        check(contract, method, path, body)


def test_a_body_that_does_not_say_what_it_is(contract: Contract) -> None:
    with pytest.raises(ContractBroken, match="Content-Type"):
        check(contract, "POST", RECORDS, alias("a.example.com"), "text/plain")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ([("host", "a")], "there is no host"),
        ([("per_page", "4")], "per_page"),
        ([("per_page", "many")], "per_page"),
        ([("page", "0")], "page"),
        ([("status", "well")], "status"),
        ([("name", "a"), ("name", "b")], "twice"),
    ],
)
def test_a_query_that_is_not_allowed(contract: Contract, query: list[tuple[str, str]], says: str) -> None:
    with pytest.raises(ContractBroken, match=says):
        contract.check_request(found(contract, "GET", "/zones"), query, None, None)


def failure(**changes: object) -> dict[str, object]:
    errors = [{"code": 7003, "message": "No route"}]
    return {"success": False, "errors": errors, "messages": [], "result": None, **changes}


def test_a_good_answer(contract: Contract) -> None:
    contract.check_answer(
        found(contract, "GET", CONFIGURATIONS),
        200,
        {"success": True, "errors": [], "messages": [], "result": {"config": None}},
    )
    contract.check_answer(found(contract, "GET", RECORDS), 404, failure())


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        (CONFIGURATIONS, 200, {"success": True, "errors": [], "result": {}}),
        (CONFIGURATIONS, 200, {"success": False, "errors": [], "messages": [], "result": {}}),
        (RECORDS, 200, {"success": True, "errors": [], "messages": [], "result": [{"id": "r"}]}),
        (RECORDS, 404, failure(success=True)),
        (RECORDS, 404, failure(errors=[])),
        (RECORDS, 404, failure(errors=[{"code": 404, "message": "No route"}])),
        (RECORDS, 302, failure()),
    ],
)
def test_a_broken_answer_is_refused(
    contract: Contract, path: str, status: int, body: dict[str, object]
) -> None:
    with pytest.raises(ContractBroken):
        contract.check_answer(found(contract, "GET", path), status, body)


def test_a_stand_in_that_drifts_says_so() -> None:
    stand_in = StandIn()
    stand_in.state.token = "t"
    zone = stand_in.state.add_zone("example.com")
    stand_in.state.add_record(zone, {"type": "FICTION", "name": "a.example.com", "content": "b"})
    answered = stand_in.answer(Request("GET", f"/client/v4/zones/{zone['id']}/dns_records", "Bearer t"))
    assert answered.status == 500
    assert "the stand-in breaks the contract" in answered.body["errors"][0]["message"]
    assert stand_in.calls[-1]["broken"].startswith("answer: ")


def test_a_broken_request_is_refused_and_noted(account: Account) -> None:
    assert account.refused(400, "POST", account.records, {"type": "CNAME", "name": "a"}) == 9207
    noted = account.control("GET", "calls")[-1]
    assert (noted["method"], noted["path"], noted["status"]) == ("POST", account.records, 400)
    assert noted["broken"].startswith("request: body")
    assert account.control("GET", "state")["records"] == []


def test_every_call_goes_well(account: Account) -> None:
    tunnel = f"/accounts/{account.id}/cfd_tunnel/{TUNNEL}"
    record = account.result("POST", account.records, alias("a.example.com"))["id"]
    account.result("GET", "/zones", name="example.com")
    account.result("GET", f"/zones/{account.zone}")
    account.result("GET", f"/zones/{account.zone}/settings/ssl")
    account.result("PATCH", f"/zones/{account.zone}/settings/ssl", {"value": "strict"})
    account.result("GET", account.records, per_page=100, page=1, type="CNAME")
    account.result("GET", f"{account.records}/{record}")
    account.result("PATCH", f"{account.records}/{record}", alias("a.example.com", comment="ours"))
    account.result("PUT", f"{account.records}/{record}", alias("b.example.com"))
    account.result("DELETE", f"{account.records}/{record}")
    other = account.result("POST", f"/accounts/{account.id}/cfd_tunnel", {"name": "second"})["id"]
    account.result("GET", f"/accounts/{account.id}/cfd_tunnel", is_deleted="false")
    account.result("GET", tunnel)
    account.result("GET", f"{tunnel}/token")
    account.result("GET", account.configurations)
    account.result("DELETE", f"/accounts/{account.id}/cfd_tunnel/{other}", {})
    calls = account.control("GET", "calls")
    assert [call["broken"] for call in calls] == [None] * 16
