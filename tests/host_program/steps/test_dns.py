"""The records of domains, settled at the stand-in for Cloudflare's API, which holds all calls to its contract."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pvdifyd.host_program import program
from pvdifyd.host_program.edge import cloudflare_api, patience
from tests.host_program.steps.conftest import HOST, TOKEN, sealed
from tests.stand_ins.account import TOKEN as STAND_INS_TOKEN
from tests.stand_ins.account import TUNNEL, Account, alias

Json = dict[str, Any]
Dns = Callable[..., Json]
TARGET = f"{TUNNEL}.cfargotunnel.com"


@pytest.fixture
def short_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test waits for who is silent as long as a person would blink."""
    monkeypatch.setattr(cloudflare_api, "CALL_TIMEOUT", 0.5)
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.02)


@pytest.fixture
def dns(cloudflare: Json) -> Dns:
    """Runs the step as a playbook does."""

    def run(wanted: Any = (), unwanted: Any = (), check: bool = False, **more: Any) -> Json:
        changed = ("token", "tls", "endpoint", "authority", "management")
        changes = {key: more.pop(key) for key in changed if key in more}
        request = {
            "host": HOST,
            "cloudflare": {**cloudflare, **changes},
            "wanted": [{"domain": one, "app": "my-app", "force": more.get("force", False)} for one in wanted],
            "unwanted": [
                {"domain": one, "app": "my-app", "zone_id": None, "record_id": None} for one in unwanted
            ],
            "patience": 2,
            **more,
        }
        return program.answer("dns", request, check=check)

    return run


def records(account: Account) -> list[tuple[str, str, str]]:
    found = account.control("GET", "state")["records"]
    return sorted((one["name"], one["type"], one["content"]) for one in found)


def calls(account: Account, method: str | None = None) -> list[Json]:
    made: list[Json] = account.control("GET", "calls")
    assert [one["broken"] for one in made if one["broken"]] == [], "the contract is kept"
    return [one for one in made if method in (None, one["method"])]


def test_a_domain_gets_a_proxied_record_that_says_whose_it_is(dns: Dns, account: Account) -> None:
    said = dns(["my.example.com"])
    assert not said["failed"]
    assert said["changed"]
    (made,) = account.control("GET", "state")["records"]
    assert (made["type"], made["content"], made["proxied"], made["ttl"]) == ("CNAME", TARGET, True, 1)
    assert made["comment"] == "pvdify my-app on web1"
    assert said["domains"]["my.example.com"] == {
        "state": "active",
        "zone_id": account.zone,
        "zone": "example.com",
        "record_id": made["id"],
        "record": {"type": "CNAME", "content": TARGET, "proxied": True},
        "change": "created",
        "reason": None,
        "note": None,
    }
    assert said["calls"] == len(calls(account)) == 5, (
        "two names a zone can have, records, the record, TLS mode"
    )


def test_once_more_changes_nothing(dns: Dns, account: Account) -> None:
    dns(["my.example.com", "*.example.com"])
    before = records(account)
    account.control("DELETE", "calls")
    said = dns(["my.example.com", "*.example.com"])
    assert not said["changed"]
    assert {end["change"] for end in said["domains"].values()} == {"none"}
    assert records(account) == before
    assert {one["method"] for one in calls(account)} == {"GET"}


def test_check_mode_says_what_it_would_do_and_does_nothing(dns: Dns, account: Account) -> None:
    said = dns(["my.example.com"], check=True)
    assert said["changed"]
    assert f"make a record: my.example.com CNAME {TARGET}" in said["diff"][0]["prepared"]
    assert records(account) == []


def test_one_that_leads_to_the_tunnel_already_is_adopted(dns: Dns, account: Account) -> None:
    account.control("POST", "records", alias("my.example.com", comment="by hand"))
    said = dns(["my.example.com"])
    assert not said["changed"]
    assert said["domains"]["my.example.com"]["change"] == "adopted"


def test_one_past_the_proxy_is_put_behind_it_and_keeps_its_comment(dns: Dns, account: Account) -> None:
    account.control("POST", "records", alias("my.example.com", comment="by hand", proxied=False))
    assert dns(["my.example.com"])["domains"]["my.example.com"]["change"] == "updated"
    (made,) = account.control("GET", "state")["records"]
    assert (made["proxied"], made["comment"]) == (True, "by hand")


def test_somebody_elses_record_is_shown_and_stays_until_it_is_forced(dns: Dns, account: Account) -> None:
    for content in ("192.0.2.1", "192.0.2.2"):
        account.control("POST", "records", {"type": "A", "name": "my.example.com", "content": content})
    said = dns(["my.example.com", "other.example.com"])
    assert said["failed"]
    assert said["code"] == "record_exists"
    end = said["domains"]["my.example.com"]
    assert (end["state"], end["record"]["content"]) == ("failed", "192.0.2.1")
    assert "A 192.0.2.1" in end["reason"]["message"]
    assert "pvdify domains:add my-app my.example.com --force" in end["reason"]["next_step"]
    assert said["domains"]["other.example.com"]["state"] == "active", "one's reason is not the other's"

    said = dns(["my.example.com"], force=True)
    assert not said["failed"]
    assert records(account) == [
        ("my.example.com", "CNAME", TARGET),
        ("other.example.com", "CNAME", TARGET),
    ]


def test_mail_of_the_same_name_stands_in_nobodys_way(dns: Dns, account: Account) -> None:
    account.control(
        "POST", "records", {"type": "MX", "name": "example.com", "content": "mail.example.net", "priority": 1}
    )
    assert not dns(["example.com"])["failed"]


def test_the_zone_is_the_longest_one(dns: Dns, account: Account) -> None:
    inner = account.control("POST", "zones", {"name": "sub.example.com"})["id"]
    said = dns(["a.sub.example.com", "b.example.com"])
    assert said["domains"]["a.sub.example.com"]["zone_id"] == inner
    assert said["domains"]["b.example.com"]["zone_id"] == account.zone


def test_a_zone_that_is_not_there_or_not_active_is_that_domains_reason(dns: Dns, account: Account) -> None:
    account.control("POST", "zones", {"name": "new.org", "status": "pending"})
    said = dns(["my.example.com", "my.new.org", "my.nowhere.net"])
    assert said["failed"]
    assert {name: (end["reason"] or {}).get("code") for name, end in said["domains"].items()} == {
        "my.example.com": None,
        "my.new.org": "zone_not_active",
        "my.nowhere.net": "zone_not_found",
    }
    assert "2 of 3 domains failed: my.nowhere.net, my.new.org" in said["msg"]


def test_what_leads_here_is_removed_and_nothing_else(dns: Dns, account: Account) -> None:
    dns(["my.example.com"])
    account.control("POST", "records", {"type": "A", "name": "moved.example.com", "content": "192.0.2.1"})
    said = dns(unwanted=["my.example.com", "moved.example.com", "never.example.com", "gone.net"])
    assert not said["failed"]
    assert {name: (end["state"], end["change"]) for name, end in said["domains"].items()} == {
        "my.example.com": ("gone", "deleted"),
        "moved.example.com": ("gone", "left"),
        "never.example.com": ("gone", "none"),
        "gone.net": ("gone", "left"),
    }
    assert "A 192.0.2.1" in said["domains"]["moved.example.com"]["note"]
    assert said["domains"]["moved.example.com"]["record_id"] is None, "it is not the domain's own"
    assert records(account) == [("moved.example.com", "A", "192.0.2.1")]


@pytest.mark.parametrize("tls", ["report", "set"])
def test_the_tls_mode_is_reported_or_set(dns: Dns, account: Account, tls: str) -> None:
    said = dns(["my.example.com"], tls=tls)
    assert not said["failed"]
    zone = said["zones"]["example.com"]
    (row,) = account.control("GET", "state")["zones"]
    if tls == "set":
        assert (zone["tls"], zone["changed"], row["ssl"]) == ("strict", True, "strict")
        assert not dns(["my.example.com"], tls=tls)["changed"]
    else:
        assert (zone["tls"], zone["changed"], row["ssl"]) == ("full", False, "full")
        assert "not strict" in zone["note"]


def test_a_token_that_may_not_see_the_tls_mode_is_good_for_a_domain(dns: Dns, account: Account) -> None:
    account.control("POST", "faults", {"answer": 403, "path": "settings/ssl"})
    said = dns(["my.example.com"])
    assert not said["failed"]
    assert "token may not" in said["zones"]["example.com"]["note"]
    assert said["trouble"] is None


@pytest.mark.parametrize(("answer", "why"), [(403, "the token may not change"), (400, "status 400")])
def test_a_tls_mode_that_could_not_be_set_is_known_all_the_same(
    dns: Dns, account: Account, answer: int, why: str
) -> None:
    account.control("POST", "faults", {"answer": answer, "path": "settings/ssl", "method": "PATCH"})
    said = dns(["my.example.com"], tls="set")
    assert not said["failed"]
    zone = said["zones"]["example.com"]
    assert (zone["tls"], zone["changed"]) == ("full", False)
    assert "is full, not strict, and could not be set" in zone["note"]
    assert why in zone["note"]


@pytest.mark.usefixtures("short_calls")
@pytest.mark.parametrize("answer", [500, 502, "cut", "nothing"])
def test_trouble_that_passes_is_borne(dns: Dns, account: Account, answer: Any) -> None:
    account.control("POST", "faults", {"answer": answer, "times": 2})
    account.control("POST", "faults", {"answer": answer, "times": 1, "method": "POST"})
    said = dns(["my.example.com"])
    assert not said["failed"]
    assert records(account) == [("my.example.com", "CNAME", TARGET)]


@pytest.mark.usefixtures("short_calls")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (500, "cloudflare_error"),
        (503, "cloudflare_error"),
        ("nothing", "cloudflare_silent"),
        ("cut", "cloudflare_silent"),
        (401, "cloudflare_forbidden"),
        (403, "cloudflare_forbidden"),
    ],
)
def test_trouble_that_stays_is_everybodys_reason_in_time(
    dns: Dns, account: Account, answer: Any, code: str
) -> None:
    account.control("POST", "faults", {"answer": answer, "path": "dns_records"})
    began = time.monotonic()
    said = dns(["a.example.com", "b.example.com"], ["c.example.com"])
    assert time.monotonic() - began < 4
    assert said["failed"]
    assert said["code"] == said["trouble"]["code"] == code
    assert {end["reason"]["code"] for end in said["domains"].values()} == {code}
    assert set(said["domains"]) == {"a.example.com", "b.example.com", "c.example.com"}
    assert said["details"]["next_step"]
    assert records(account) == []

    account.control("DELETE", "faults")
    assert not dns(["a.example.com", "b.example.com"])["failed"], "asked for again, it is done"


def test_what_was_done_before_the_trouble_is_told(dns: Dns, account: Account) -> None:
    account.control("POST", "faults", {"answer": 500, "method": "POST", "after": 1})
    said = dns(["a.example.com", "b.example.com"])
    assert [end["state"] for end in said["domains"].values()] == ["active", "failed"]
    assert records(account) == [("a.example.com", "CNAME", TARGET)]


def test_a_rate_limit_that_ends_soon_is_waited_for(dns: Dns, account: Account) -> None:
    account.control("POST", "faults", {"answer": 429, "times": 1, "retry_after": 1})
    began = time.monotonic()
    assert not dns(["my.example.com"], patience=0.5)["failed"], "that is no trouble"
    assert time.monotonic() - began >= 1


def test_one_that_lasts_says_when_to_try_again(dns: Dns, account: Account) -> None:
    account.control("POST", "faults", {"answer": 429, "retry_after": 300})
    said = dns(["my.example.com"])
    assert said["code"] == "cloudflare_rate_limited"
    assert "in 300 s, at " in said["details"]["next_step"]


def test_a_wrong_token_is_told_and_never_repeated(dns: Dns, account: Account) -> None:
    said = dns(["my.example.com"], token=sealed("cloudflare_token", "wrong-7f3a"))
    assert said["code"] == "cloudflare_forbidden"
    assert "wrong-7f3a" not in str(said)
    assert len(calls(account)) == 1, "it is not tried again"


def test_a_token_that_one_zone_does_not_let_in_is_good_for_the_others(dns: Dns, account: Account) -> None:
    account.control("POST", "zones", {"name": "other.org"})
    account.control("POST", "faults", {"answer": 403, "path": f"{account.zone}/dns_records"})
    said = dns(["a.example.com", "b.example.com", "a.other.org"], ["c.example.com"])
    assert said["failed"]
    assert said["trouble"] is None
    states = {name: end["state"] for name, end in said["domains"].items()}
    assert states == {
        "c.example.com": "failed",
        "a.example.com": "failed",
        "b.example.com": "failed",
        "a.other.org": "active",
    }
    reason = said["domains"]["b.example.com"]["reason"]
    assert reason["code"] == "cloudflare_forbidden"
    assert "b.example.com in the zone example.com" in reason["message"]
    assert "edit DNS in example.com" in reason["next_step"]
    asked = [one for one in calls(account) if f"{account.zone}/dns_records" in one["path"]]
    assert len(asked) == 2, "once for what goes and once for what comes, and not for each domain"


def test_a_token_that_may_only_look_is_good_for_what_is_as_it_should_be(dns: Dns, account: Account) -> None:
    dns(["b.example.com"])
    account.control("POST", "faults", {"answer": 403, "method": "POST"})
    said = dns(["a.example.com", "b.example.com"])
    assert [end["state"] for end in said["domains"].values()] == ["failed", "active"]
    assert said["domains"]["a.example.com"]["reason"]["code"] == "cloudflare_forbidden"
    assert said["trouble"] is None


def test_an_edge_fails_for_a_token_that_is_let_in_nowhere(dns: Dns, account: Account) -> None:
    account.control("POST", "faults", {"answer": 403, "path": "dns_records"})
    said = dns(["a.example.com", "b.example.com"], fails_for="trouble")
    assert (said["failed"], said["code"]) == (True, "cloudflare_forbidden")


def test_a_token_that_can_be_none_is_told_and_never_repeated(dns: Dns, account: Account) -> None:
    said = dns(["my.example.com"], token=sealed("cloudflare_token", "canary-7f3a\r\nX: y"))
    assert said["code"] == "cloudflare_forbidden"
    assert "canary" not in str(said)
    assert calls(account) == []


def test_another_hosts_token_is_refused(dns: Dns, account: Account) -> None:
    said = dns(["my.example.com"], token=sealed("cloudflare_token", "x", host="web2"))
    assert said["code"] == "secret_misplaced"
    assert calls(account) == []


def test_who_is_not_vouched_for_gets_no_token(dns: Dns, account: Account) -> None:
    said = dns(["my.example.com"], authority=None)
    assert said["code"] == "cloudflare_error"
    assert "--authority-file" in said["details"]["next_step"]
    assert dns(["my.example.com"], authority="no certificate")["code"] == "cloudflare_error"
    assert calls(account) == []


def test_nobody_at_the_endpoint(dns: Dns) -> None:
    said = dns(["my.example.com"], endpoint="https://127.0.0.1:1/client/v4")
    assert said["code"] == "cloudflare_silent"
    assert "127.0.0.1:1" in said["msg"]


def test_a_run_of_two_calls_tells_all_and_tries_no_more_after_trouble(dns: Dns, account: Account) -> None:
    account.control("POST", "faults", {"answer": 403})
    first = dns(unwanted=["old.example.com"], fails_for="nothing")
    assert not first["failed"]
    made = len(calls(account))
    second = dns(["new.example.com"], before=first)
    assert second["failed"]
    assert set(second["domains"]) == {"old.example.com", "new.example.com"}
    assert {end["reason"]["code"] for end in second["domains"].values()} == {"cloudflare_forbidden"}
    assert len(calls(account)) == made


def test_an_edge_fails_for_its_token_and_not_for_a_domain(dns: Dns, account: Account) -> None:
    assert not dns(["my.nowhere.net"], fails_for="trouble", verify=True)["failed"]
    assert not dns(fails_for="trouble", verify=True)["failed"]
    account.control("PUT", "token", {"token": "another"})
    said = dns(fails_for="trouble", verify=True)
    assert (said["failed"], said["code"]) == (True, "cloudflare_forbidden")


def verified(dns: Dns, management: str) -> str | None:
    """Why the edge can't be had; None where it can."""
    said = dns(fails_for="trouble", verify=True, management=management)
    assert said["failed"] is (said.get("code") is not None)
    if said["failed"]:
        assert said["details"]["next_step"]
    return said.get("code")


def tunnel(account: Account, config_src: str) -> None:
    """In the place of the one there is, and of the same id: managed by a file, or at Cloudflare."""
    account.control("DELETE", f"tunnels/{TUNNEL}")
    made = {"name": "d", "secret": "c2VjcmV0", "config_src": config_src, "identity": TUNNEL}
    account.control("POST", "tunnels", made)


def rules_there(account: Account) -> None:
    config = {"ingress": [{"service": "http_status:404"}]}
    account.control("PUT", "token", {"token": STAND_INS_TOKEN})
    account.result("PUT", account.configurations, {"config": config})
    account.control("PUT", "token", {"token": TOKEN})


@pytest.mark.parametrize("management", ["local", "remote"])
def test_an_edge_fails_for_a_tunnel_that_is_not_there(dns: Dns, account: Account, management: str) -> None:
    account.control("DELETE", f"tunnels/{TUNNEL}")
    assert verified(dns, management) == "tunnel_not_found"


def test_an_edge_fails_for_a_tunnel_whose_rules_come_from_cloudflare(dns: Dns, account: Account) -> None:
    tunnel(account, "cloudflare")
    assert verified(dns, "remote") is None
    assert verified(dns, "local") is None, "there are none, and so it goes by its file"
    rules_there(account)
    assert verified(dns, "remote") is None
    assert verified(dns, "local") == "tunnel_management"
    said = dns(fails_for="trouble", verify=True, management="local")
    assert "--management remote" in said["details"]["next_step"]


def test_an_edge_fails_for_a_tunnel_whose_rules_do_not_come_from_cloudflare(dns: Dns) -> None:
    assert verified(dns, "local") is None
    assert verified(dns, "remote") == "tunnel_management"
    said = dns(fails_for="trouble", verify=True, management="remote")
    assert "--management local" in said["details"]["next_step"]


def test_a_token_that_may_not_look_at_tunnels_is_good_for_one_that_is_managed_locally(
    dns: Dns, account: Account
) -> None:
    account.control("POST", "faults", {"answer": 403, "path": "cfd_tunnel"})
    assert verified(dns, "local") is None
    assert verified(dns, "remote") == "cloudflare_forbidden"


def test_what_is_not_known_of_a_tunnel_is_no_reason(dns: Dns, account: Account) -> None:
    tunnel(account, "cloudflare")
    rules_there(account)
    account.control("POST", "faults", {"answer": 403, "path": "configurations"})
    assert verified(dns, "local") is None
    account.control("DELETE", "faults")
    account.control("POST", "faults", {"answer": 400, "path": "cfd_tunnel"})
    assert verified(dns, "local") is None


def test_many_domains_take_a_call_each(dns: Dns, account: Account, host: Path) -> None:
    many = [f"n{number}.example.com" for number in range(40)]
    said = dns(many)
    assert not said["failed"]
    assert len(calls(account, "POST")) == 40
    assert len(calls(account, "GET")) <= 4
    assert len(records(account)) == 40

    account.control("DELETE", "calls")
    assert not dns(many)["changed"]
    assert len(calls(account)) <= 4

    account.control("DELETE", "calls")
    said = dns(unwanted=many)
    assert not said["failed"], said["msg"]
    assert len(calls(account, "DELETE")) == 40
    assert records(account) == []
