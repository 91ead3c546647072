"""A domain leads to its app: its record at Cloudflare, its route through the tunnel, and nothing else is touched."""

from collections.abc import Iterator

import pytest
import requests

from demo import daemon, ssh
from tests.end_to_end.conftest import serving
from tests.end_to_end.edge import UNIT, Edge
from tests.end_to_end.test_playbooks_by_hand import changes
from tests.end_to_end.world import World

APP, OTHER = "shop", "blog"
NAME, DEEP, WILD = "shop.example.com", "a.b.shop.example.com", "*.shop.example.com"
THEIRS = "theirs.example.com"


@pytest.fixture(scope="module", autouse=True)
def shop(world: World, cloudflare: Edge) -> Iterator[str]:
    """An app that serves v1, for all the tests of this module, in their order."""
    yield from serving(world, APP)


@pytest.fixture(scope="module")
def service(world: World, shop: str) -> str:
    """Where the app is, as the tunnel knows it."""
    return f"http://127.0.0.1:{world.told('apps:info', APP)['bind_port']}"


def names(world: World, app: str = APP) -> dict[str, str]:
    """The app's domains, and how each is."""
    return {row["domain"]: row["status"] for row in world.told("domains", app)}


def test_before_there_are_none(world: World, cloudflare: Edge) -> None:
    assert names(world) == {}
    assert cloudflare.ask(NAME).status_code == 404


def test_a_domain_is_added(world: World, cloudflare: Edge, service: str) -> None:
    said = world.done("domains:add", APP, NAME)
    assert NAME in said
    assert names(world) == {NAME: "active"}
    record = cloudflare.record(NAME)
    assert (record["type"], record["content"]) == cloudflare.ours()
    assert (record["proxied"], record["comment"]) == (True, f"pvdify {APP} on {daemon.HOST_NAME}")
    assert cloudflare.file() == [
        {"hostname": NAME, "service": service},
        {"service": "http_status:404"},
    ]
    assert cloudflare.routed() == {NAME: service}
    assert cloudflare.version(NAME) == "v1"
    assert cloudflare.ask("another.example.com").status_code == 404


def test_it_is_told_of(world: World) -> None:
    told = world.told("domains:info", APP, NAME)
    assert (told["app"], told["edge"], told["zone"]) == (APP, "cloudflare", "example.com")
    assert (told["status"], told["reason"]) == ("active", None)
    assert NAME in world.told("apps:info", APP)["domains"]
    # The record of a name that is known is known too.
    assert told["record_id"]
    assert world.done("domains:wait", APP, NAME)


def test_the_same_again_changes_nothing(world: World, cloudflare: Edge) -> None:
    run = cloudflare.run()
    cloudflare.forget_calls()
    world.done("domains:add", APP, NAME)
    assert cloudflare.changing_calls() == []
    assert cloudflare.run() == run
    by_hand = world.playbook("domains")
    assert by_hand.returncode == 0, by_hand.stdout + by_hand.stderr
    assert changes(by_hand.stdout) == 0, by_hand.stdout
    assert cloudflare.changing_calls() == []
    assert cloudflare.run() == run


def test_a_deploy_never_touches_the_tunnel(world: World, cloudflare: Edge) -> None:
    run = cloudflare.run()
    cloudflare.forget_calls()
    world.done("deploy", APP, "--image", world.image("v2"))
    assert cloudflare.version(NAME) == "v2"
    assert cloudflare.run() == run
    assert cloudflare.calls() == []


def test_whatever_is_sent_arrives(cloudflare: Edge) -> None:
    """A large body, an answer that takes two seconds, and a stream as it comes."""
    assert cloudflare.ask(NAME, method="POST", data=bytes(8 << 20)).status_code == 200
    assert cloudflare.ask(NAME, "/slow").status_code == 200
    with cloudflare.ask(NAME, "/events", stream=True) as stream:
        assert next(stream.iter_lines(chunk_size=1)) == b"id: 1"


def test_a_wildcard_takes_what_no_other_name_does(world: World, cloudflare: Edge, service: str) -> None:
    world.done("domains:add", APP, WILD)
    assert list(cloudflare.routed()) == [NAME, WILD]
    assert cloudflare.records()[WILD] == cloudflare.ours()
    assert [cloudflare.version(name) for name in (NAME, DEEP)] == ["v2", "v2"]
    assert cloudflare.ask("example.com").status_code == 404


def test_a_name_of_another_script_is_kept_in_ascii(world: World, cloudflare: Edge) -> None:
    world.done("domains:add", APP, "Bücher.example.com")
    assert cloudflare.version("xn--bcher-kva.example.com") == "v2"
    world.done("domains:remove", APP, "bücher.example.com")
    assert "xn--bcher-kva.example.com" not in cloudflare.records()


@pytest.mark.parametrize(
    "name", ["-.example.com", "a.*.example.com", "myapp..com", "10.1.2.3", "a_.example.com:80"]
)
def test_what_is_no_name_is_refused(world: World, cloudflare: Edge, name: str) -> None:
    before = names(world)
    answered = world.api("POST", f"/apps/{APP}/domains", json={"domain": name})
    assert (answered.status_code, answered.json()["code"]) == (422, "validation_failed"), answered.text
    assert answered.json()["errors"][0]["rule"] == "domain_name"
    assert names(world) == before


def test_another_app_can_not_have_it(world: World) -> None:
    world.done("apps:create", OTHER)
    try:
        refused = world.pvdify("domains:add", OTHER, NAME)
        assert refused.returncode not in (0, 1, 2), refused.stderr
        assert APP in refused.stderr
        assert (
            world.api("POST", f"/apps/{OTHER}/domains", json={"domain": NAME}).json()["code"]
            == "domain_in_use"
        )
        assert names(world, OTHER) == {}
    finally:
        world.done("apps:destroy", OTHER, "--confirm", OTHER)


def test_a_record_of_someone_elses_is_shown_and_stays(world: World, cloudflare: Edge) -> None:
    cloudflare.control("POST", "records", {"type": "A", "name": THEIRS, "content": "192.0.2.7"})
    refused = world.pvdify("domains:add", APP, THEIRS)
    assert refused.returncode == 1, refused.stdout
    for part in ("192.0.2.7", "--force"):
        assert part in refused.stdout + refused.stderr
    reason = world.told("domains:info", APP, THEIRS)["reason"]
    assert reason["code"] == "record_exists"
    assert cloudflare.records()[THEIRS] == ("A", "192.0.2.7")
    assert names(world)[NAME] == "active"


def test_with_force_it_is_replaced(world: World, cloudflare: Edge) -> None:
    world.done("domains:add", APP, THEIRS, "--force")
    assert cloudflare.records()[THEIRS] == cloudflare.ours()
    assert cloudflare.version(THEIRS) == "v2"


def test_one_that_leads_to_the_tunnel_already_is_adopted(world: World, cloudflare: Edge) -> None:
    name, (kind, content) = "adopted.example.com", cloudflare.ours()
    row = {"type": kind, "name": name, "content": content, "proxied": True}
    made = cloudflare.control("POST", "records", row)
    world.done("domains:add", APP, name)
    assert cloudflare.record(name)["id"] == made["id"]
    assert world.told("domains:info", APP, name)["record_id"] == made["id"]
    assert cloudflare.version(name) == "v2"


def test_what_is_not_ours_any_more_is_left(world: World, cloudflare: Edge) -> None:
    """Somebody has led the name elsewhere meanwhile: it is no longer ours to take away."""
    name = "moved.example.com"
    world.done("domains:add", APP, name)
    row = cloudflare.record(name)
    api = f"{cloudflare.account.endpoint}/zones/{row['zone_id']}/dns_records/{row['id']}"
    changed = {"type": "CNAME", "name": name, "content": "elsewhere.example.net", "comment": "by hand"}
    answered = requests.put(
        api,
        json=changed,
        headers={"Authorization": f"Bearer {cloudflare.account.token}"},
        verify=str(cloudflare.account.authority),
        timeout=10,
    )
    assert answered.status_code == 200, answered.text
    world.done("domains:remove", APP, name)
    assert cloudflare.records()[name] == ("CNAME", "elsewhere.example.net")
    assert name not in cloudflare.routed()
    assert name not in names(world)


def test_one_is_removed(world: World, cloudflare: Edge) -> None:
    world.done("domains:remove", APP, THEIRS)
    assert THEIRS not in names(world)
    assert THEIRS not in cloudflare.records()
    assert THEIRS not in cloudflare.routed()
    assert cloudflare.ask(THEIRS).status_code == 404
    assert cloudflare.version(NAME) == "v2"
    assert world.pvdify("domains:remove", APP, THEIRS).returncode == 4


def test_the_tls_mode_is_reported_or_set(world: World, cloudflare: Edge) -> None:
    def mode() -> str:
        return str(cloudflare.control("GET", "state")["zones"][0]["ssl"])

    assert mode() == "full"
    cloudflare.set("--tls", "set")
    world.done("domains:add", APP, NAME)
    assert mode() == "strict"
    cloudflare.set()


def test_the_tunnels_health_is_told(world: World, cloudflare: Edge) -> None:
    (told,) = world.told("tunnels")
    assert (told["host"], told["ready"], told["connections"], told["in_force"]) == ("demo", True, 4, True)
    world.on_host("systemctl", "stop", UNIT)
    try:
        (told,) = world.told("tunnels")
        assert told["ready"] is False
    finally:
        world.on_host("systemctl", "start", UNIT)
    cloudflare.until_it_answers(NAME, "v2")


def test_it_is_there_again_after_a_reboot(world: World, cloudflare: Edge) -> None:
    """With no controller: the credentials, which are kept encrypted, are opened by the host alone."""
    world.stop_daemon()
    try:
        world.restart_host()
        cloudflare.until_it_answers(NAME, "v2", seconds=60)
    finally:
        world.start_daemon()


def test_nobody_else_sees_the_secrets(world: World, cloudflare: Edge) -> None:
    credentials = "/run/pvdify/cloudflared/credentials.json"
    assert world.on_host("stat", "--format=%a", credentials).strip() == "600"
    token = cloudflare.account.token
    found = ssh.on_host(world.settings, "grep", "-rlF", token, "/etc/pvdify", "/run/pvdify", "/var/log")
    assert found.stdout == ""
    log = (world.settings.directory / "pvdifyd.log").read_text(errors="replace")
    assert token not in log
    assert token not in world.api("GET", "/hosts/demo/edge").text


def test_all_are_cleared(world: World, cloudflare: Edge) -> None:
    world.done("domains:clear", APP, "--confirm", APP)
    assert names(world) == {}
    assert cloudflare.routed() == {}
    assert cloudflare.ours() not in cloudflare.records().values()


def test_removing_the_app_removes_them(world: World, cloudflare: Edge) -> None:
    world.done("apps:create", OTHER, "--health-path", "/health")
    world.done("deploy", OTHER, "--image", world.image("v1"))
    world.done("domains:add", OTHER, "blog.example.com", "www.blog.example.com")
    assert cloudflare.version("www.blog.example.com") == "v1"
    world.done("apps:destroy", OTHER, "--confirm", OTHER)
    assert cloudflare.routed() == {}
    assert cloudflare.ours() not in cloudflare.records().values()


def test_every_call_was_as_cloudflares_document_has_it(cloudflare: Edge) -> None:
    assert cloudflare.calls()
