"""Every command line of the product's documents runs as it is printed there, in a home that knows nothing of us."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo import daemon
from demo.settings import CHECKOUT
from tests.end_to_end.certificate import renew
from tests.end_to_end.example_app import APP, ExampleApp, images_in_place
from tests.end_to_end.other_edge import other_edge
from tests.end_to_end.shell import Shell, where_pip_looks
from tests.end_to_end.world import World

DOCUMENTED = yaml.safe_load(Path(__file__).with_name("documented_examples.yml").read_text())
# The server's name in the documents.
SERVER = "pvdify.win"


@pytest.fixture(scope="module")
def shell(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """An ordinary home. Its curl reaches the daemon under its documented name, as anyone's does by DNS."""
    renew(world, SERVER)
    home = tmp_path_factory.mktemp("home")
    (home / ".pvdify").write_text(f"{APP}\n")
    (home / ".curlrc").write_text(
        f'connect-to = "{SERVER}:443:{world.settings.listen}"\n'
        f'cacert = "{daemon.certificate(world.settings)}"\n'
    )
    variables = {"TOKEN": world.token, **where_pip_looks()}
    # The documents' domains are nobody's here: no record is made, and no certificate is asked for.
    with images_in_place(world), other_edge(world, "none"):
        yield Shell(home, (home / ".local" / "bin",), variables)
        ExampleApp(world).make("no_app")


@pytest.mark.parametrize("example", DOCUMENTED["today"], ids=lambda example: example["line"])
def test_it_runs_as_printed(world: World, shell: Shell, example: dict[str, Any]) -> None:
    app = ExampleApp(world)
    app.make(example["needs"])
    line, how = example["line"], example.get("how")
    if how == "at_terminal":
        code, screen = shell.at_terminal(line, world.settings.url, "y", world.token)
        wanted = 0
    elif how == "until_interrupted":
        code, screen = shell.until_interrupted(line)
        wanted = 130
    else:
        ended = shell.run(line)
        code, screen, wanted = ended.returncode, ended.stdout, 0
    assert code == wanted, screen
    assert re.search(example["prints"], screen, re.MULTILINE), screen


@pytest.mark.parametrize("line", DOCUMENTED["to_come"])
def test_what_is_still_to_come_is_unknown_today(shell: Shell, line: str) -> None:
    ended = shell.run(line)
    known = f"{line!r} is known by now: it belongs to what runs today. {ended.stdout}"
    if line.startswith("gh "):
        assert ended.returncode in (1, 127), known
        assert re.search(r"command not found|unknown command", ended.stdout), known
        assert not (CHECKOUT / "gh-pvdify").exists(), known
    else:
        assert ended.returncode == 2, known
        assert f"No such command: {line.split()[1]!r}" in ended.stdout, known
