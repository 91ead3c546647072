"""The stand-in answers badly, late or not at all, when it is told to."""

import pytest
import requests

from tests.stand_ins.account import Account, alias


def statuses(account: Account, count: int, path: str = "/zones") -> list[int]:
    return [account.ask("GET", path).status_code for _ in range(count)]


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_the_next_calls_fail_in_cloudflares_form(account: Account, status: int) -> None:
    account.control("POST", "faults", {"answer": status, "times": 2})
    answered = account.ask("GET", "/zones")
    assert (answered.status_code, answered.json()["success"]) == (status, False)
    assert statuses(account, 2) == [status, 200]
    assert [call["fault"] for call in account.control("GET", "calls")] == [True, True, False]


def test_what_stands_before_the_api_answers_no_json(account: Account) -> None:
    account.control("POST", "faults", {"answer": 502, "times": 1})
    assert account.ask("GET", "/zones").headers["Content-Type"] == "text/html"


def test_too_many_calls_name_a_time(account: Account) -> None:
    account.control("POST", "faults", {"answer": 429, "times": 1, "retry_after": 3})
    answered = account.ask("GET", "/zones")
    assert (answered.status_code, answered.headers["Retry-After"]) == (429, "3")


def test_one_call_in_the_middle_fails(account: Account) -> None:
    account.control(
        "POST", "faults", {"answer": 500, "times": 1, "method": "POST", "path": "dns_records$", "after": 1}
    )
    account.result("POST", account.records, alias("a.example.com"))
    assert account.ask("POST", account.records, alias("b.example.com")).status_code == 500
    account.result("POST", account.records, alias("b.example.com"))


def test_a_call_that_failed_changed_nothing(account: Account) -> None:
    account.control("POST", "faults", {"answer": 500})
    account.ask("POST", account.records, alias("a.example.com"))
    assert account.control("GET", "state")["records"] == []


def test_silence_until_it_is_over(account: Account) -> None:
    account.control("POST", "faults", {"answer": "nothing"})
    with pytest.raises(requests.ReadTimeout):
        account.ask("GET", "/zones", timeout=0.3)
    account.control("DELETE", "faults")
    assert statuses(account, 1) == [200]


def test_a_cut_connection(account: Account) -> None:
    account.control("POST", "faults", {"answer": "cut", "times": 1})
    with pytest.raises(requests.ConnectionError):
        account.ask("GET", "/zones")


def test_the_limit_of_calls(account: Account) -> None:
    account.control("PUT", "limit", {"calls": 3, "seconds": 60})
    assert statuses(account, 5) == [200, 200, 200, 429, 429]
    assert 50 < int(account.ask("GET", "/zones").headers["Retry-After"]) <= 61
    account.control("PUT", "limit", {"calls": 3, "seconds": 60})
    assert statuses(account, 1) == [200]


def test_what_can_not_be_told(account: Account) -> None:
    url = f"{account.server.url}/_control"
    for method, path, body in (
        ("GET", "weather", None),
        ("POST", "faults", {"answers": 500}),
        ("POST", "zones", {}),
        ("POST", "records", {"type": "A", "name": "a.another.example", "content": "192.0.2.1"}),
    ):
        answered = requests.request(method, f"{url}/{path}", json=body, verify=account.authority, timeout=5)
        assert answered.status_code in (400, 404), answered.text
