"""The stand-in for Cloudflare's API holds zones, records and tunnels as Cloudflare does."""

from pathlib import Path

import pytest

from demo.stand_ins.cloudflare import state
from demo.stand_ins.cloudflare.answers import page
from tests.stand_ins.account import TUNNEL, Account, alias


def test_only_the_token_is_let_in(account: Account) -> None:
    assert account.refused(403, "GET", "/zones", token="another") == 9109
    assert account.refused(400, "GET", "/zones", token=None) == 9106
    assert "the token" not in str(account.control("GET", "calls"))
    assert "the token" not in str(account.control("GET", "state"))


def test_there_is_no_such_call(account: Account) -> None:
    assert account.refused(404, "GET", "/user/tokens") == 7000


def test_a_zone_is_found_by_its_name(account: Account) -> None:
    found = account.result("GET", "/zones", name="example.com")
    assert [(zone["id"], zone["status"]) for zone in found] == [(account.zone, "active")]
    assert account.result("GET", "/zones", name="a.example.com") == []
    account.control("PATCH", "zones/example.com", {"status": "pending"})
    assert account.result("GET", "/zones", name="example.com")[0]["status"] == "pending"
    assert account.refused(404, "GET", "/zones/nowhere") == 7003


def test_the_tls_mode_is_kept(account: Account) -> None:
    path = f"/zones/{account.zone}/settings/ssl"
    assert account.result("GET", path)["value"] == "full"
    assert account.result("PATCH", path, {"id": "ssl", "value": "strict"})["value"] == "strict"
    assert account.result("GET", path)["value"] == "strict"
    assert account.refused(404, "GET", f"/zones/{account.zone}/settings/brotli") == 1006


def test_a_record_is_written_found_changed_and_deleted(account: Account) -> None:
    made = account.result("POST", account.records, alias("www", comment="ours"))
    assert (made["name"], made["proxied"], made["zone_name"]) == ("www.example.com", True, "example.com")
    path = f"{account.records}/{made['id']}"
    assert account.result("GET", account.records, name="www.example.com", type="CNAME") == [made]
    assert account.result("GET", account.records, comment="OURS") == [made]
    assert account.result("GET", account.records, name="www.example.com", type="A") == []
    assert account.result("PATCH", path, alias("www.example.com", proxied=False))["comment"] == "ours"
    assert "comment" not in account.result("PUT", path, alias("www.example.com"))
    assert account.result("DELETE", path) == {"id": made["id"]}
    assert account.refused(404, "DELETE", path) == 81044


def test_an_alias_stands_alone(account: Account) -> None:
    account.control("POST", "records", {"type": "A", "name": "a.example.com", "content": "192.0.2.1"})
    assert account.refused(400, "POST", account.records, alias("a.example.com")) == 81053
    account.result("POST", account.records, alias("b.example.com"))
    assert account.refused(400, "POST", account.records, alias("b.example.com")) == 81058
    address = {"type": "A", "name": "b.example.com", "content": "192.0.2.1"}
    assert account.refused(400, "POST", account.records, address) == 81054
    # A record of another type gets along with it.
    account.result("POST", account.records, {"type": "TXT", "name": "b.example.com", "content": "hello"})


def test_a_record_is_of_its_zone_alone(account: Account) -> None:
    other = account.control("POST", "zones", {"name": "sub.example.com"})["id"]
    made = account.control(
        "POST", "records", {"type": "A", "name": "a.sub.example.com", "content": "192.0.2.1"}
    )
    assert made["zone_id"] == other
    assert account.refused(404, "GET", f"{account.records}/{made['id']}") == 81044


def test_a_list_comes_in_pages(account: Account) -> None:
    for number in range(7):
        account.result("POST", account.records, alias(f"{number}.example.com"))
    answered = account.ask("GET", account.records, page=2, per_page=5).json()
    assert [row["name"] for row in answered["result"]] == ["5.example.com", "6.example.com"]
    assert answered["result_info"] == {
        "page": 2,
        "per_page": 5,
        "count": 2,
        "total_count": 7,
        "total_pages": 2,
    }


def test_a_page_after_the_last_is_empty() -> None:
    assert page([{"id": 1}], {"page": "3"}, 20).result == []


def test_a_tunnel_managed_there_takes_a_configuration(account: Account) -> None:
    account.control("DELETE", f"tunnels/{TUNNEL}")
    account.control(
        "POST", "tunnels", {"name": "t", "secret": "s", "config_src": "cloudflare", "identity": TUNNEL}
    )
    config = {"ingress": [{"service": "http_status:404"}]}
    assert account.result("PUT", account.configurations, {"config": config})["version"] == 1
    assert account.result("GET", account.configurations)["config"] == config
    bad = {"ingress": [{"hostname": "a.example.com", "service": "http://127.0.0.1:1"}]}
    assert account.refused(400, "PUT", account.configurations, {"config": bad}) == 1056
    assert account.result("GET", account.configurations)["config"] == config


def test_a_tunnel_managed_by_its_file_takes_none(account: Account) -> None:
    config = {"ingress": [{"service": "http_status:404"}]}
    assert account.refused(400, "PUT", account.configurations, {"config": config}) == 1055


def test_a_tunnel_that_is_gone(account: Account) -> None:
    account.control("DELETE", f"tunnels/{TUNNEL}")
    assert account.refused(404, "GET", account.configurations) == 1003
    assert account.refused(403, "GET", f"/accounts/another/cfd_tunnel/{TUNNEL}") == 10000


def test_what_there_is_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    held = state.read(path)
    held.token = "t"
    held.add_record(held.add_zone("example.com"), {"type": "A", "name": "@", "content": "192.0.2.1"})
    state.write(held, path)
    assert state.read(path) == held
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("@", "a.example"),
        ("www", "www.a.example"),
        ("A.Example.", "a.example"),
        ("ba.example", "ba.example.a.example"),
    ],
)
def test_the_whole_name_of_a_record(name: str, whole: str) -> None:
    assert state.full_name(name, "a.example") == whole
