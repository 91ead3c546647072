"""`pvdify completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from pvdify.command import LocalCommand, json_option
from pvdify.completion import shells
from pvdify.display.output import print_json


@click.command(
    "completion",
    cls=LocalCommand,
    examples=(
        "pvdify completion bash > ~/.local/share/bash-completion/completions/pvdify",
        "pvdify completion zsh > ~/.zfunc/_pvdify",
        "pvdify completion fish > ~/.config/fish/completions/pvdify.fish",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="bash|zsh|fish")
@json_option
@click.pass_context
def command(context: click.Context, shell: str, as_json: bool) -> None:
    """Print what makes a shell complete pvdify's commands, options and apps.

    For the shell at hand alone: eval "$(pvdify completion bash)". For each new one, put it where the shell looks:
    bash needs the package bash-completion, and zsh a directory that stands in fpath before compinit runs. The
    names of apps are asked of the server, for a second at most.
    """
    shells.register()
    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(context.find_root().command, {}, "pvdify", "_PVDIFY_COMPLETE").source()
    if as_json:
        print_json({"shell": shell, "script": script})
    else:
        click.echo(script)
