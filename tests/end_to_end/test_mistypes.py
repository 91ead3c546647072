"""A person who mistypes is told what to do next, and what they are told works when it is typed as it stands."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from demo import daemon, registry
from tests.end_to_end import documents
from tests.end_to_end.certificate import renew
from tests.end_to_end.shell import Shell
from tests.end_to_end.world import World

APP = "shopfront"
LONG_AGO = "2026-01-05T10:30:00.000000Z"


@pytest.fixture(scope="module")
def shop(world: World) -> Iterator[str]:
    """An app with config, that serves its first release."""
    world.done("apps:create", APP)
    world.done("config:set", APP, "LEVEL=info", "WORKERS=4")
    world.done("deploy", APP, "--image", world.image("v1"))
    yield APP
    world.done("apps:destroy", APP, "--confirm", APP)


@pytest.fixture
def shell(world: World, tmp_path: Path) -> Shell:
    """Of somebody who is signed in by the environment."""
    variables = {
        "PVDIFY_URL": world.settings.url,
        "PVDIFY_CA_FILE": str(daemon.certificate(world.settings)),
        "PVDIFY_TOKEN": world.token,
    }
    return Shell(tmp_path, (daemon.BINARIES,), variables)


@pytest.fixture
def newcomer(tmp_path: Path) -> Shell:
    """Of somebody whom no server knows yet."""
    return Shell(tmp_path, (daemon.BINARIES,))


class Mistyped(NamedTuple):
    """What was typed, the exit code, what the answer says, and the line that it tells to type."""

    typed: str
    exit_code: int
    said: str
    told: str


@pytest.mark.parametrize(
    "mistyped",
    [
        Mistyped("deplyo shopfront", 2, "Did you mean deploy?", "pvdify deploy shopfront"),
        Mistyped("app shopfront", 2, "Did you mean apps or apply?", "pvdify apps"),
        Mistyped("frobnicate", 2, "pvdify help lists the commands", "pvdify help"),
        Mistyped("ps shopfrnt", 4, "Did you mean shopfront?", "pvdify ps shopfront"),
        Mistyped("logs warehouse", 4, "pvdify apps lists", "pvdify apps"),
        Mistyped("ps", 2, "Give it as the first argument", "pvdify ps shopfront"),
        Mistyped("apps:info Shop_front!", 2, "See --help", "pvdify apps:info --help"),
        Mistyped("releases shopfront --limt 5", 2, "--limit", "pvdify help releases"),
        Mistyped("logs shopfront --lines many", 2, "pvdify help logs shows", "pvdify help logs"),
        Mistyped(
            "deploy shopfront ghcr.io/acme/shop:v2",
            2,
            "An image is given with --image",
            "pvdify deploy --help",
        ),
        Mistyped("config:get shopfront LEVLE", 4, "Did you mean LEVEL?", "pvdify config:get shopfront LEVEL"),
        Mistyped("config:get shopfront FLAVOUR", 4, "pvdify config shopfront", "pvdify config shopfront"),
        Mistyped(
            "config:unset shopfront WORKER", 0, "Did you mean WORKERS?", "pvdify config:get shopfront WORKERS"
        ),
        Mistyped(
            "config:diff shopfront v9 v1", 4, "config:versions shopfront", "pvdify config:versions shopfront"
        ),
        Mistyped(
            "rollback shopfront --version 99", 4, "pvdify releases shopfront", "pvdify releases shopfront"
        ),
        Mistyped(
            "rollback shopfront --version last", 2, "pvdify releases shopfront", "pvdify releases shopfront"
        ),
        Mistyped(
            "releases:info shopfront v1.2.3", 2, "pvdify releases shopfront", "pvdify releases shopfront"
        ),
        Mistyped("ps:restart shopfront wbe", 6, "pvdify ps:scale shopfront", "pvdify ps:scale shopfront"),
        Mistyped("ps:restart shopfront web.7", 6, "pvdify ps shopfront", "pvdify ps shopfront"),
        Mistyped("ps:scale shopfront web:2", 2, "Did you mean web=2?", "pvdify ps:scale shopfront web=2"),
        Mistyped("operations:info 999999", 4, "pvdify operations lists", "pvdify operations"),
        Mistyped("apps:create shopfront", 5, "pvdify apps:info shopfront", "pvdify apps:info shopfront"),
        Mistyped("context nowhere", 2, "pvdify contexts lists", "pvdify contexts"),
        Mistyped("registry:logout nowhere.example.com", 4, "pvdify registries lists", "pvdify registries"),
    ],
    ids=lambda mistyped: mistyped.typed,
)
def test_what_is_told_to_do_next_works(shell: Shell, shop: str, mistyped: Mistyped) -> None:
    answer = shell.run(f"pvdify {mistyped.typed}")
    assert answer.returncode == mistyped.exit_code, answer.stdout
    assert mistyped.said in answer.stdout
    assert "Traceback" not in answer.stdout
    followed = shell.run(mistyped.told)
    assert followed.returncode == 0, f"{answer.stdout}\n{mistyped.told}\n{followed.stdout}"


@pytest.mark.parametrize(
    ("url", "exit_code", "said"),
    [
        ("https://{listen}/api/v1", 4, "Leave the path out of PVDIFY_URL: https://{listen}"),
        ("https://{listen}/apps/shopfront", 4, "Leave the path out of PVDIFY_URL: https://{listen}"),
        ("http://{listen}", 7, "pvdifyd speaks https: https://{listen}"),
        ("{listen}", 2, "Did you mean https://{listen}?"),
    ],
)
def test_a_wrong_url_is_told_the_right_one(
    world: World, shell: Shell, url: str, exit_code: int, said: str
) -> None:
    listen = world.settings.listen
    answer = shell.run("pvdify apps", PVDIFY_URL=url.format(listen=listen))
    assert answer.returncode == exit_code, answer.stdout
    assert said.format(listen=listen) in answer.stdout
    assert shell.run("pvdify apps", PVDIFY_URL=f"https://{listen}").returncode == 0


@pytest.mark.parametrize(
    ("url", "exit_code", "wrong", "next_step"),
    [
        (
            "https://127.0.0.1:9",
            7,
            "doesn't answer: Connection refused",
            "Check PVDIFY_URL, and on the server whether",
        ),
        ("https://server.invalid:9443", 7, "there is no host of that name", "Correct PVDIFY_URL"),
        ("http://server.example.com:9443", 2, "is plain http", "Use https://server.example.com:9443"),
        ("htps://server.example.com", 2, "is not an https:// URL", "As in https://your-server:9443"),
        (
            "https://{registry}",
            4,
            "didn't answer as pvdifyd does",
            "Check that the server's URL (PVDIFY_URL;",
        ),
    ],
)
def test_a_url_of_something_else_says_what_to_look_at(
    world: World, shell: Shell, url: str, exit_code: int, wrong: str, next_step: str
) -> None:
    trust = registry.authority(world.settings)
    url = url.format(registry=world.settings.registry)
    answer = shell.run("pvdify apps", PVDIFY_URL=url, PVDIFY_CA_FILE=str(trust))
    assert answer.returncode == exit_code, answer.stdout
    first, second = answer.stdout.splitlines()
    assert wrong in first
    assert second.startswith(f"Next:  {next_step}")


@pytest.mark.parametrize("ending", ["expired", "revoked"])
def test_a_token_that_has_ended_is_replaced_as_told(world: World, newcomer: Shell, ending: str) -> None:
    name = f"mistyper-{ending}"
    token = daemon.pvdifyd(world.settings, "token", "create", "--name", name).strip()
    assert newcomer.at_terminal(f"pvdify login --url {world.settings.url}", "y", token)[0] == 0
    assert newcomer.run("pvdify apps").returncode == 0
    if ending == "revoked":
        world.done("tokens:revoke", name)
    else:
        documents.rows(
            documents.of_world(world), "UPDATE token SET expires_at = ? WHERE name = ?", LONG_AGO, name
        )

    answer = newcomer.run("pvdify apps")
    assert answer.returncode == 3
    assert f"[token_{ending}]" in answer.stdout
    assert "on the server, pvdifyd token create), then: pvdify login" in answer.stdout

    other = daemon.pvdifyd(world.settings, "token", "create").strip()
    code, screen = newcomer.at_terminal("pvdify login", other)
    assert code == 0, screen
    assert newcomer.run("pvdify apps").returncode == 0


def test_a_server_that_is_down_is_found_again_once_it_runs(world: World, shell: Shell) -> None:
    world.stop_daemon()
    try:
        answer = shell.run("pvdify apps")
    finally:
        world.start_daemon()
    assert answer.returncode == 7
    assert answer.stdout.splitlines() == [
        f"Error: The server {world.settings.url} doesn't answer: Connection refused.",
        "Next:  Check PVDIFY_URL, and on the server whether pvdifyd runs.",
    ]
    assert shell.run("pvdify apps").returncode == 0


def test_a_certificate_that_changed_is_compared_and_accepted_as_told(world: World, newcomer: Shell) -> None:
    assert newcomer.at_terminal(f"pvdify login --url {world.settings.url}", "y", world.token)[0] == 0
    renew(world)

    answer = newcomer.run("pvdify apps")
    assert answer.returncode == 7
    assert "is not the one that was pinned. Nothing was sent." in answer.stdout
    shown = answer.stdout.partition("shown now: ")[2].split()[0]
    ours = newcomer.run(f"openssl x509 -noout -fingerprint -sha256 -in {daemon.certificate(world.settings)}")
    assert ours.stdout.strip().endswith(shown)
    told = answer.stdout.partition("accept it by signing in again: ")[2].strip()

    code, screen = newcomer.at_terminal(told, "y", world.token)
    assert code == 0, screen
    assert "WARNING: the certificate" in screen
    assert shown in screen
    assert newcomer.run("pvdify apps").returncode == 0
