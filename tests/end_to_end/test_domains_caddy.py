"""Caddy on the host itself answers for a domain by HTTPS, and sends its requests to the app."""

import ssl
from collections.abc import Iterator

import pytest
import requests
import urllib3

from demo import cloudflare
from tests.end_to_end.conftest import serving
from tests.end_to_end.other_edge import other_edge
from tests.end_to_end.test_playbooks_by_hand import changes
from tests.end_to_end.world import World, wait_until

APP, NAME = "walled", "walled.example.org"
UNIT = "pvdify-caddy.service"
HOME = "/var/lib/pvdify"
STATE = f"{HOME}/caddy"
# The authority of Caddy's own, which nobody trusts who isn't told to.
ROOT = f"{STATE}/pki/authorities/local/root.crt"


@pytest.fixture(scope="module", autouse=True)
def caddy(world: World) -> Iterator[None]:
    """The host's edge, for all the tests of this module, in their order. What came with it goes again."""
    before = packages(world)
    try:
        with other_edge(world, "caddy", "--certificates", "internal"):
            yield
    finally:
        came = packages(world) - before
        if came:
            world.on_host("apt-get", "purge", "--yes", *sorted(came))
        world.on_host("sh", "-c", f"rm -rf {STATE}; rmdir {HOME} 2>/dev/null; true")


@pytest.fixture(scope="module", autouse=True)
def walled(world: World, caddy: None) -> Iterator[str]:
    """An app that serves v1."""
    yield from serving(world, APP)


def packages(world: World) -> set[str]:
    """Those that are installed on the host."""
    listed = world.on_host("dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package}\n")
    return {line.split()[1] for line in listed.splitlines() if line.startswith("installed ")}


def version(world: World, name: str, *, trust: str | None = None) -> str:
    """The version of the app that answers by HTTPS for that name, which its certificate must be for; `none` where that
    is not so. trust: a certificate in PEM, Caddy's own authority without it."""
    trusting = ssl.create_default_context(cadata=trust or world.on_host("cat", ROOT))
    pool = urllib3.HTTPSConnectionPool(
        str(world.settings.host_address),
        443,
        ssl_context=trusting,
        server_hostname=name,
        assert_hostname=name,
    )
    try:
        answered = pool.request("GET", "/", headers={"Host": name}, retries=False, timeout=5)
    except urllib3.exceptions.HTTPError:
        return "none"
    finally:
        pool.close()
    return answered.headers.get("X-App-Version", str(answered.status))


def run(world: World) -> tuple[str, int]:
    """Names Caddy's present run, and how often it was reloaded so far."""
    log = world.on_host("journalctl", "--unit", UNIT, "--output=cat", "--no-pager")
    invocation = world.on_host("systemctl", "show", "--property=InvocationID", UNIT)
    return invocation.strip(), sum(line.startswith("Reloaded ") for line in log.splitlines())


def names(world: World) -> dict[str, str]:
    return {row["domain"]: row["status"] for row in world.told("domains", APP)}


def test_it_runs_before_there_is_a_domain(world: World) -> None:
    told = world.told("edge")
    assert (told["kind"], told["ready"], told["caddy"]["certificates"]) == ("caddy", True, "internal")
    assert world.on_host("systemctl", "is-active", UNIT).strip() == "active"
    assert names(world) == {}


def test_a_domain_is_answered_by_https(world: World) -> None:
    process, reloads = run(world)
    world.done("domains:add", APP, NAME)
    assert run(world) == (process, reloads + 1)
    assert names(world) == {NAME: "active"}
    assert world.told("domains:info", APP, NAME)["edge"] == "caddy"
    wait_until(lambda: version(world, NAME) == "v1", seconds=5, what="there is a certificate")
    assert version(world, "other.example.org") == "none"


def test_only_who_knows_its_authority_trusts_it(world: World) -> None:
    another = world.on_host("sh", "-c", "awk '{print} /END CERT/ {exit}' /etc/ssl/certs/ca-certificates.crt")
    assert version(world, NAME, trust=another) == "none"


def test_http_leads_to_https(world: World) -> None:
    answered = requests.get(
        f"http://{world.settings.host_address}/", headers={"Host": NAME}, allow_redirects=False, timeout=5
    )
    assert (answered.status_code, answered.headers["Location"]) == (308, f"https://{NAME}/")


def test_the_same_again_changes_nothing(world: World) -> None:
    before = run(world)
    world.done("domains:add", APP, NAME)
    assert run(world) == before
    by_hand = world.playbook("domains")
    assert by_hand.returncode == 0, by_hand.stdout + by_hand.stderr
    assert changes(by_hand.stdout) == 0, by_hand.stdout
    assert run(world) == before


def test_what_was_cut_off_before_the_restart_for_its_unit_is_restarted(world: World) -> None:
    process, _ = run(world)
    world.on_host("touch", f"/etc/systemd/system/{UNIT}")
    world.done("domains:add", APP, NAME)
    assert run(world)[0] != process
    assert version(world, NAME) == "v1"


def test_a_deploy_never_touches_it(world: World) -> None:
    before = run(world)
    world.done("deploy", APP, "--image", world.image("v2"))
    assert version(world, NAME) == "v2"
    assert run(world) == before


def test_another_edge_that_can_not_be_had_takes_nothing_away(world: World) -> None:
    """Its program can't be fetched; what answers goes on, and is the host's edge again when that is asked for."""
    account = cloudflare.ensure(world.settings)
    nowhere = ("--install-url", "https://127.0.0.1:1/cloudflared", "--install-sha256", "0" * 64)
    arguments = ("edge:set", "cloudflare", *account.edge_options(), "--install", "binary", *nowhere)
    before = run(world)
    refused = world.given(account.token, *arguments)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert version(world, NAME) == "v2"
    assert run(world) == before
    world.done("edge:set", "caddy", "--certificates", "internal")
    assert version(world, NAME) == "v2"


def test_one_that_is_removed_is_not_answered(world: World) -> None:
    world.done("domains:remove", APP, NAME)
    assert names(world) == {}
    assert version(world, NAME) == "none"
    assert world.on_host("systemctl", "is-active", UNIT).strip() == "active"


def test_without_an_edge_it_is_gone(world: World) -> None:
    world.done("edge:set", "none")
    assert world.exit_code_on_host("systemctl", "cat", UNIT) != 0
    assert world.on_host("ss", "--no-header", "--listening", "--tcp", "sport = :443 or sport = :80") == ""
