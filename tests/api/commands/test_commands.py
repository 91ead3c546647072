"""The commands of `pvdifyd`: what they set up, what they say, how they refuse."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pvdify.access import fingerprints
from pvdifyd import certificates
from pvdifyd.inventory import database_document
from pvdifyd.models import App, Host, Release
from pvdifyd.settings import Settings
from tests.api.commands.home import Home


def test_init_makes_a_home_and_again_changes_nothing(empty: Home) -> None:
    empty.ok("init")
    made = {path: path.read_bytes() for path in empty.path.rglob("*.pem")}
    assert {path.name for path in made} == {"certificate.pem", "key.pem"}
    assert (empty.path / "data" / "pvdify.db").exists()
    assert stat.S_IMODE((empty.path / "ssh").stat().st_mode) == 0o700
    assert stat.S_IMODE((empty.path / "tls" / "key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((empty.path / "data" / "pvdify.db").stat().st_mode) == 0o600
    empty.ok("init")
    assert {path: path.read_bytes() for path in empty.path.rglob("*.pem")} == made


def test_init_shows_the_fingerprint_that_login_shows_each_time(empty: Home) -> None:
    for _ in range(2):
        said = empty.ok("init").splitlines()
        (line,) = [number for number, text in enumerate(said) if "SHA-256 fingerprint" in text]
        digits = certificates.fingerprint(empty.path / "tls" / "certificate.pem")
        assert said[line + 1] == digits
        assert fingerprints.shown(fingerprints.parse(digits, "--fingerprint")) == digits


def test_a_certificate_that_is_there_is_not_replaced_unasked(home: Home) -> None:
    assert "remove" in home.refused("init", "--san", "box.example")


def test_nothing_works_before_init_and_says_so(empty: Home) -> None:
    for command in (["serve"], ["work"], ["token", "create"], ["host", "list"], ["audit", "verify"]):
        assert "pvdifyd init" in empty.refused(*command)


@pytest.mark.root
def test_a_home_that_the_apis_account_can_not_enter_is_refused(empty: Home) -> None:
    empty.path.parent.chmod(0o700)
    empty.environment["PVDIFYD_USER"] = "nobody"
    assert "PVDIFYD_HOME" in empty.refused("init")


def test_migrate_says_what_it_did(home: Home) -> None:
    assert "up to date" in home.ok("migrate")


def test_a_bad_setting_is_named(empty: Home) -> None:
    empty.environment["PVDIFYD_LISTEN"] = "nonsense"
    assert "PVDIFYD_LISTEN" in empty.refused("init")


def test_a_host_is_registered_listed_and_removed(home: Home, tmp_path: Path) -> None:
    certificates.make(tmp_path / "ca.pem", tmp_path / "key.pem", [])
    options = [
        "--ssh",
        "root@10.0.0.2:2222",
        "--registry-ca",
        f"10.0.0.1:5000={tmp_path / 'ca.pem'}",
        "--no-prepare",
    ]
    home.ok("host", "add", "demo", *options)
    home.ok("host", "add", "demo", *options)
    host = database_document(Settings.from_environment(home.environment))["hosts"]["demo"]
    assert host == {
        "connection": "ssh",
        "address": "10.0.0.2",
        "port": 2222,
        "user": "root",
        "identity_file": str(home.path / "ssh" / "id_ed25519"),
        "known_hosts_file": str(home.path / "ssh" / "known_hosts"),
        "registry_certificates": {"10.0.0.1:5000": (tmp_path / "ca.pem").read_text()},
    }
    assert home.ok("host", "list") == "demo\tssh root@10.0.0.2:2222\t127.0.0.1\t0 apps\t-\n"
    home.ok("host", "remove", "demo")
    assert home.ok("host", "list") == ""


def test_without_ssh_a_host_is_this_machine(home: Home) -> None:
    home.ok("host", "add", "here", "--no-prepare")
    assert home.ok("host", "list").startswith("here\tlocal\t")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["host", "add", "../x", "--no-prepare"], "host's name"),
        (["host", "add", "demo", "--ssh", "-oProxyCommand=id", "--no-prepare"], "USER@ADDRESS"),
        (["host", "add", "demo", "--bind-address", "everywhere", "--no-prepare"], "IPv4 address"),
        (["host", "add", "demo", "--bind-address", "::1", "--no-prepare"], "IPv4 address"),
        (["host", "add", "all", "--no-prepare"], "Ansible means its groups"),
        (["host", "add", "demo", "--registry-ca", "x", "--no-prepare"], "REGISTRY=FILE"),
        (["host", "add", "demo", "--registry-ca", "r:5000=/nowhere", "--no-prepare"], "/nowhere"),
        (["host", "add", "demo", "--registry-ca", "r:5000=/etc/passwd", "--no-prepare"], "certificate"),
        (["host", "remove", "demo"], "no host"),
        (["host", "prepare", "demo"], "no host"),
    ],
)
def test_a_bad_host_is_refused_and_nothing_is_kept(home: Home, arguments: list[str], said: str) -> None:
    assert said in home.refused(*arguments)
    assert Host.select().count() == 0


def test_a_host_whose_key_is_unknown_is_not_trusted(home: Home) -> None:
    said = home.refused("host", "add", "demo", "--ssh", "root@10.255.255.1")
    assert "ssh-keyscan -p 22 10.255.255.1" in said


def test_playbooks_by_hand_see_what_serves(home: Home) -> None:
    app = App.create(
        name="myapp", environment="production", host=Host.create(name="demo"), processes={}, bind_port=3000
    )
    for version, status in ((1, "superseded"), (2, "active"), (3, "failed"), (4, "pending")):
        Release.create(
            app=app,
            version=version,
            units=version,
            image="nginx",
            status=status,
            created_by="t",
            processes={},
        )
    document = database_document(Settings.from_environment(home.environment))
    assert document["hosts"] == {"demo": {"connection": "local", "registry_certificates": {}}}
    assert document["apps"]["myapp"]["release"] == 2
    assert document["apps"]["myapp"]["keep"] == [2, 1]


def test_help_needs_no_home(empty: Home) -> None:
    assert "PVDIFYD_HOME" in empty.ok("--help")
    assert not empty.path.exists()
