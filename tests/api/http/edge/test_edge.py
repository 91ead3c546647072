"""A host's edge: set, prepared, shown without its secrets, and what is refused."""

from __future__ import annotations

import base64
import json
import logging
import threading
from typing import Any

import pytest

from pvdifyd.errors import ConflictError, UnavailableError
from pvdifyd.models import Domain, Edge, Host, HostSecret, IdempotencyKey, Operation, Token
from pvdifyd.operations.edge import set_edge
from pvdifyd.operations.hosts import remove_host
from pvdifyd.settings import Settings
from tests.api.age_identity import Identity, decrypt
from tests.api.conftest import Api, RunningWorker, eventually
from tests.api.edge import ACCOUNT, ASKED, CREDENTIALS, SETTINGS, TOKEN, TUNNEL, with_tunnel
from tests.api.fake_engine import Failure, FakeEngine

CLOUDFLARE = {"kind": "cloudflare", "cloudflare": ASKED}
KEY = {"Idempotency-Key": "6f1d"}
# {"a": …, "t": …, "s": "canary-secret"}, as Cloudflare's own pages show it.
TUNNEL_TOKEN = json.dumps({"a": ACCOUNT, "t": TUNNEL, "s": "canary-secret"})


def put(api: Api, body: Any, **options: Any) -> Any:
    return api("PUT", "/hosts/demo/edge", body, **options)


def changed(**settings: Any) -> Any:
    return {"kind": "cloudflare", "cloudflare": {**ASKED, **settings}}


def test_a_host_has_none_until_one_is_set(api: Api) -> None:
    assert api.ok("GET", "/hosts/demo/edge") == {
        "host": "demo",
        "kind": "none",
        "ready": True,
        "operation": None,
        "cloudflare": None,
        "caddy": None,
        "secrets": [],
        "updated_at": None,
        "updated_by": None,
    }
    refused = api("GET", "/hosts/nowhere/edge")
    assert (refused.status_code, refused.get_json()["code"]) == (404, "host_not_found")


def test_setting_it_is_an_operation_that_makes_it_ready(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    answer = put(api, CLOUDFLARE)
    operation = answer.get_json()
    assert (answer.status_code, operation["kind"], operation["app"]) == (202, "edge", None)
    assert operation["arguments"] == {"host": "demo"}
    assert api.wait(operation["id"])["status"] == "succeeded"
    edge = api.ok("GET", "/hosts/demo/edge")
    assert (edge["kind"], edge["ready"], edge["operation"]) == ("cloudflare", True, operation["id"])
    assert edge["cloudflare"] == SETTINGS
    assert edge["secrets"] == ["cloudflare_token", "tunnel_credentials"]
    assert edge["updated_by"] == "tester"
    (run,) = engine.runs
    assert (run.playbook, run.app) == ("edge", None)
    assert run.document["edges"]["demo"]["cloudflare"].items() >= SETTINGS.items()


def test_its_secrets_are_for_the_host_alone(api: Api, prepared: Host, identity: Identity) -> None:
    put(api, CLOUDFLARE)
    held = {row.name: identity.read(row.document) for row in HostSecret.select()}
    assert held["cloudflare_token"] == {"host": "demo", "name": "cloudflare_token", "value": TOKEN}
    assert held["tunnel_credentials"]["host"] == "demo"
    assert json.loads(held["tunnel_credentials"]["value"]) == CREDENTIALS
    for row in HostSecret.select():
        assert row.recipient == identity.recipient
        assert decrypt(row.document, {}).returncode != 0


def test_a_tunnels_token_will_do_for_its_credentials(api: Api, prepared: Host, identity: Identity) -> None:
    token = base64.b64encode(TUNNEL_TOKEN.encode()).decode()
    assert put(api, changed(credentials=token)).status_code == 202
    (row,) = HostSecret.select().where(HostSecret.name == "tunnel_credentials")
    assert json.loads(identity.read(row.document)["value"]) == CREDENTIALS


def test_what_is_secret_and_left_out_stays(api: Api, prepared: Host, identity: Identity) -> None:
    put(api, CLOUDFLARE)
    settings = {key: value for key, value in ASKED.items() if key not in ("token", "credentials")}
    assert put(api, {"kind": "cloudflare", "cloudflare": {**settings, "tls": "set"}}).status_code == 202
    assert api.ok("GET", "/hosts/demo/edge")["cloudflare"]["tls"] == "set"
    assert HostSecret.select().count() == 2
    put(api, {"kind": "cloudflare", "cloudflare": {**settings, "token": "another"}})
    (row,) = HostSecret.select().where(HostSecret.name == "cloudflare_token")
    assert identity.read(row.document)["value"] == "another"
    assert HostSecret.select().count() == 2


def test_nothing_tells_a_secret_again(
    api: Api, prepared: Host, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        put(api, CLOUDFLARE, headers=KEY).text,
        put(api, changed(tunel_id="canary-typo"), headers={}).text,
        put(api, {**CLOUDFLARE, "kind": "caddy"}).text,
        put(api, changed(token=["canary"])).text,
        put(api, changed(token="canary\n")).text,
        put(api, changed(credentials="canary")).text,
        put(api, changed(credentials='{"AccountTag": "canary"}')).text,
        put(api, {"kind": "cloudflare", "cloudflare": "canary"}).text,
        put(api, {"kind": "cloudflare", "token": "canary"}).text,
        api("GET", "/hosts/demo/edge").text,
        api("GET", "/hosts").text,
        api("GET", "/operations").text,
        api("GET", "/audit").text,
    ]
    files = [path.read_bytes() for path in settings.home.rglob("*") if path.is_file()]
    for place in (*files, caplog.text.encode(), *(answer.encode() for answer in answers)):
        assert b"canary-t" not in place
        assert b"canary-secret" not in place
    assert not any("canary" in answer for answer in answers)
    assert "canary" not in str(IdempotencyKey.get().__data__)


def test_the_same_request_gets_the_same_answer(api: Api, prepared: Host) -> None:
    first, again = put(api, CLOUDFLARE, headers=KEY), put(api, CLOUDFLARE, headers=KEY)
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert Operation.select().count() == 1
    other = put(api, changed(token="another"), headers=KEY)
    assert (other.status_code, other.get_json()["code"]) == (409, "idempotency_conflict")


def test_one_that_waits_does_for_the_next_too(api: Api, prepared: Host) -> None:
    assert put(api, CLOUDFLARE).get_json()["id"] == put(api, {"kind": "caddy"}).get_json()["id"]


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"account_id": "x"}, "account_id", "account_id"),
        ({"account_id": ACCOUNT + "\n"}, "account_id", "account_id"),
        ({"tunnel_id": "my-tunnel"}, "tunnel_id", "tunnel_id"),
        ({"tunnel_id": "00000000-0000-0000-0000-000000000000"}, "credentials", "same_tunnel"),
        ({"management": "both"}, "management", "invalid"),
        ({"tls": "off"}, "tls", "invalid"),
        ({"endpoint": "http://api.example.com"}, "endpoint", "https_url"),
        ({"endpoint": "https://me:pw@api.example.com"}, "endpoint", "https_url"),
        ({"endpoint": "https://api.example.com/?a=b"}, "endpoint", "https_url"),
        ({"endpoint": "https://api.example.com/'"}, "endpoint", "https_url"),
        ({"endpoint": "https://[::1"}, "endpoint", "https_url"),
        ({"endpoint": "https://[1:2]/"}, "endpoint", "https_url"),
        ({"endpoint": "https://api.example.com:65536"}, "endpoint", "https_url"),
        ({"endpoint": "https://api.example.com:0"}, "endpoint", "https_url"),
        ({"endpoint": "https://api.example.com/?"}, "endpoint", "https_url"),
        ({"endpoint": "https://api.example.com/#"}, "endpoint", "https_url"),
        ({"endpoint": "HTTPS://api.example.com"}, "endpoint", "https_url"),
        ({"endpoint": "https://api.example.com{}"}, "endpoint", "https_url"),
        ({"endpoint": "https://"}, "endpoint", "https_url"),
        ({"endpoint": "https://a.example/" + "x" * 2048}, "endpoint", "https_url"),
        ({"authority": "no certificate"}, "authority", "authority"),
        ({"metrics_port": 3000}, "metrics_port", "metrics_port"),
        ({"metrics_port": 20241}, "metrics_port", "metrics_port"),
        ({"metrics_port": "2999"}, "metrics_port", "whole_number"),
        ({"metrics_port": True}, "metrics_port", "whole_number"),
        ({"install": {"way": "binary"}}, "install.url", "install"),
        ({"install": {"way": "binary", "url": "https://example.com/c"}}, "install.sha256", "install"),
        ({"install": {"way": "package", "url": "https://example.com/c"}}, "install.url", "install"),
        ({"install": {"way": "package", "version": "latest"}}, "install.version", "cloudflared_version"),
        (
            {"install": {"way": "binary", "url": "https://a.example/c", "sha256": "0"}},
            "install.sha256",
            "sha256",
        ),
        ({"credentials": "{}"}, "credentials", "tunnel_credentials"),
        ({"credentials": "x" * 20_000}, "credentials", "tunnel_credentials"),
        ({"token": ""}, "token", "cloudflare_token"),
        ({"token": "two words"}, "token", "cloudflare_token"),
        ({"token": "t" * 1025}, "token", "cloudflare_token"),
        ({"zone": "x"}, "zone", "unknown_field"),
    ],
)
def test_what_breaks_a_rule_is_named(api: Api, prepared: Host, given: Any, field: str, rule: str) -> None:
    answer = put(api, changed(**given))
    assert answer.status_code == 422, answer.text
    assert (f"cloudflare.{field}", rule) in [
        (one["field"], one["rule"]) for one in answer.get_json()["errors"]
    ]
    assert Edge.select().count() == Operation.select().count() == HostSecret.select().count() == 0


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({}, "kind", "required"),
        ({"kind": "nginx"}, "kind", "invalid"),
        ({"kind": "cloudflare"}, "cloudflare", "required"),
        ({"kind": "none", "caddy": {}}, "caddy", "settings_of_kind"),
        ({"kind": "caddy", "caddy": {"email": "nobody"}}, "caddy.email", "email"),
        ({"kind": "caddy", "caddy": {"email": "a@b.example {\n}"}}, "caddy.email", "email"),
        ({"kind": "caddy", "caddy": {"certificates": "mine"}}, "caddy.certificates", "invalid"),
    ],
)
def test_a_body_of_another_shape_is_refused(
    api: Api, prepared: Host, body: Any, field: str, rule: str
) -> None:
    (error,) = put(api, body).get_json()["errors"]
    assert (error["field"], error["rule"]) == (field, rule)


@pytest.mark.parametrize("name", ["token", "credentials"])
def test_what_was_never_given_is_asked_for(api: Api, prepared: Host, name: str) -> None:
    settings = {key: value for key, value in ASKED.items() if key != name}
    (error,) = put(api, {"kind": "cloudflare", "cloudflare": settings}).get_json()["errors"]
    assert (error["field"], error["rule"]) == (f"cloudflare.{name}", "required")


@pytest.mark.parametrize(
    ("other", "missing", "said"),
    [
        ({"endpoint": "https://api.example.com"}, "token", "another endpoint"),
        ({"tunnel_id": "00000000-0000-0000-0000-000000000000"}, "credentials", "another tunnel"),
        ({"account_id": "f" * 32}, "credentials", "another tunnel, or account"),
    ],
)
def test_a_secret_is_kept_for_what_it_was_given_for_alone(
    api: Api, prepared: Host, other: Any, missing: str, said: str
) -> None:
    put(api, CLOUDFLARE)
    before = {row.name: row.document for row in HostSecret.select()}
    refused = put(api, {"kind": "cloudflare", "cloudflare": {**SETTINGS, **other}})
    assert refused.status_code == 422
    (error,) = refused.get_json()["errors"]
    assert (error["field"], error["rule"]) == (f"cloudflare.{missing}", "required")
    assert said in error["message"]
    assert Edge.get().settings == SETTINGS
    assert {row.name: row.document for row in HostSecret.select()} == before
    secret = TOKEN if missing == "token" else json.dumps(_credentials_for({**SETTINGS, **other}))
    asked = {**SETTINGS, **other, missing: secret}
    assert put(api, {"kind": "cloudflare", "cloudflare": asked}).status_code == 202
    assert put(api, {"kind": "cloudflare", "cloudflare": {**SETTINGS, **other}}).status_code == 202


def _credentials_for(settings: Any) -> Any:
    return {**CREDENTIALS, "AccountTag": settings["account_id"], "TunnelID": settings["tunnel_id"]}


def test_a_host_without_a_key_has_to_be_prepared_first(api: Api) -> None:
    refused = put(api, CLOUDFLARE)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "host_without_recipient")
    assert put(api, {"kind": "caddy"}).status_code == 202, "it has no secrets"


def test_where_nothing_can_be_encrypted_nothing_changes(
    api: Api, prepared: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(bounds: Any, recipient: str) -> Any:
        raise UnavailableError("sops is not there.", code="sops_unavailable")

    monkeypatch.setattr(set_edge.sops, "encrypt_all", broken)
    answer = put(api, CLOUDFLARE)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "sops_unavailable")
    assert Edge.select().count() == Operation.select().count() == 0


def test_secrets_go_with_what_needs_them(api: Api, prepared: Host) -> None:
    put(api, CLOUDFLARE)
    put(api, {"kind": "caddy", "caddy": {"email": "admin@example.com"}})
    edge = api.ok("GET", "/hosts/demo/edge")
    assert (edge["secrets"], edge["cloudflare"]) == ([], None)
    assert edge["caddy"] == {"certificates": "automatic", "email": "admin@example.com"}


def test_records_at_cloudflare_hold_the_tunnel(api: Api, prepared: Host) -> None:
    with_tunnel(prepared)
    api.ok("POST", "/apps", {"name": "myapp"})
    Domain.create(app=1, name="myapp.com", record_id="r1", status="active", created_by="tester")
    refused = put(api, {"kind": "none"})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "edge_in_use")
    assert "at Cloudflare: myapp.com. " in refused.get_json()["detail"]
    assert "`pvdify domains:clear myapp`" in refused.get_json()["detail"]
    assert put(api, CLOUDFLARE).status_code == 202
    Domain.update(record_id=None).execute()
    assert put(api, {"kind": "none"}).status_code == 202


def test_a_record_that_is_just_being_made_holds_the_tunnel_too(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    with_tunnel(prepared)
    api.ok("POST", "/apps", {"name": "myapp"})
    engine.gate = threading.Event()
    adding = api.ok("POST", "/apps/myapp/domains", {"domain": "myapp.com"})["id"]
    eventually(lambda: engine.runs)
    refused = put(api, {"kind": "none"})
    engine.gate.set()
    assert (refused.status_code, refused.get_json()["code"]) == (409, "edge_in_use")
    assert f"pvdify operations:info {adding} --follow" in refused.get_json()["detail"]
    assert api.wait(adding)["status"] == "succeeded"
    assert "myapp.com" in put(api, {"kind": "none"}).get_json()["detail"]
    api.wait(api.ok("DELETE", "/apps/myapp/domains")["id"])
    assert put(api, {"kind": "none"}).status_code == 202


def test_an_edge_that_can_not_be_prepared_is_not_ready_and_leaves_domains_as_they_were(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    with_tunnel(prepared)
    api.ok("POST", "/apps", {"name": "myapp"})
    api.wait(api.ok("POST", "/apps/myapp/domains", {"domain": "myapp.com"})["id"])
    failure = Failure("tunnel_not_connected", "The tunnel has no connection.", "ingress", {})
    engine.fail_playbook["edge"] = [failure]
    operation = put(api, CLOUDFLARE).get_json()
    assert api.wait(operation["id"])["error"]["code"] == "tunnel_not_connected"
    assert api.ok("GET", "/hosts/demo/edge")["ready"] is False
    assert api.ok("GET", "/apps/myapp/domains/myapp.com")["status"] == "active"
    assert api.wait(put(api, CLOUDFLARE).get_json()["id"])["status"] == "succeeded"
    assert api.ok("GET", "/hosts/demo/edge")["ready"] is True


def test_a_domain_that_an_edge_can_not_bring_is_none_of_its_failures(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    api.ok("POST", "/apps", {"name": "myapp"})
    for name in ("a.example.com", "b.example.com"):
        api.wait(api.ok("POST", "/apps/myapp/domains", {"domain": name})["id"])
    engine.edge.refuses["a.example.com"] = {"code": "zone_not_found", "message": "There is no zone."}
    assert api.wait(put(api, CLOUDFLARE).get_json()["id"])["status"] == "succeeded"
    told = engine.runs[-1].document["edges"]["demo"]
    assert [row["domain"] for row in told["wanted"]] == ["a.example.com", "b.example.com"]
    assert api.ok("GET", "/hosts/demo/edge")["ready"] is True
    statuses = {row["domain"]: row["status"] for row in api.ok("GET", "/apps/myapp/domains")}
    assert statuses == {"a.example.com": "failed", "b.example.com": "active"}


def test_a_tunnel_is_read_from_its_host(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    refused = api("GET", "/hosts/demo/tunnel")
    assert (refused.status_code, refused.get_json()["code"]) == (404, "no_tunnel")
    with_tunnel(prepared)
    assert api.ok("GET", "/hosts/demo/tunnel") == {
        "host": "demo",
        "ready": True,
        "connections": 4,
        "in_force": True,
        "version": "2026.8.2",
    }
    assert engine.reads[-1] == {"step": "tunnel"}


def test_a_tunnel_of_a_host_that_is_away(
    api: Api, prepared: Host, worker: RunningWorker, engine: FakeEngine
) -> None:
    with_tunnel(prepared)
    engine.unreachable = True
    answer = api("GET", "/hosts/demo/tunnel")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "host_unreachable")


def test_a_host_whose_edge_is_on_its_way_stays(api: Api, prepared: Host) -> None:
    put(api, {"kind": "caddy"})
    with pytest.raises(ConflictError, match="being prepared"):
        remove_host("demo")
    Operation.update(status="succeeded").execute()
    remove_host("demo")
    assert Edge.select().count() == 0


def test_only_who_may_do_everything_sets_it(api: Api, prepared: Host) -> None:
    Token.update(scope="deploy").execute()
    assert put(api, {"kind": "caddy"}).get_json()["code"] == "forbidden"
    assert api("GET", "/hosts/demo/edge").status_code == 200
