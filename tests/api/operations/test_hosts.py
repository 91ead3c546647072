"""How a host is named and reached."""

from __future__ import annotations

import pytest

from pvdifyd.errors import ConflictError, NotFoundError, RuleError
from pvdifyd.models import App, Host
from pvdifyd.operations.hosts import (
    HostDefinition,
    SshTarget,
    add_host,
    check_registry,
    find_host,
    remove_host,
)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("10.0.0.2", SshTarget("root", "10.0.0.2", 22)),
        ("admin@box.example:2222", SshTarget("admin", "box.example", 2222)),
        ("root@[::1]:22", SshTarget("root", "::1", 22)),
        ("root@[fe80::1]", SshTarget("root", "fe80::1", 22)),
    ],
)
def test_an_ssh_target_has_its_parts(text: str, target: SshTarget) -> None:
    assert SshTarget.parse(text) == target


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "root@",
        "-oProxyCommand=id@x",
        "root@-x",
        "a b@x",
        "root@x:0",
        "root@x:99999",
        "root@x y",
        "root@x\n",
        "::1",
        "r@x@y",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        SshTarget.parse(text)


@pytest.mark.parametrize("name", ["", "../x", "a b", "-x", "host:x", "host:5000/x", "a..b", ".", "x\n"])
def test_a_registry_is_a_host_and_a_port(name: str) -> None:
    assert check_registry("10.0.0.1:5000") == "10.0.0.1:5000"
    with pytest.raises(RuleError):
        check_registry(name)


def test_the_same_definition_again_is_the_same_host(database: None) -> None:
    definition = HostDefinition(
        "demo", SshTarget("root", "10.0.0.2", 22), registry_certificates={"r:5000": "PEM"}
    )
    assert add_host(definition).id == add_host(definition).id
    with pytest.raises(ConflictError, match="another host"):
        add_host(HostDefinition("demo"))


def test_a_host_with_apps_stays(host: Host) -> None:
    App.create(name="myapp", environment="production", host=host, processes={}, bind_port=3000)
    with pytest.raises(ConflictError, match="myapp"):
        remove_host("demo")
    App.delete().execute()
    remove_host("demo")
    with pytest.raises(NotFoundError):
        find_host("demo")
