"""The kinds of commands: they carry examples, and answer errors in JSON when asked."""

from __future__ import annotations

from typing import Any

import click

from pvdify.access import choice
from pvdify.errors import PvdifyError


class LocalCommand(click.Command):
    """A click command with examples, that names its server itself or needs none.

    Args:
        examples: Command lines that can be typed as they stand, shown in the help and in docs/cli.md.
    """

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"{' ' * formatter.current_indent}{example}\n")

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PvdifyError as error:
            error.as_json = bool(ctx.params.get("as_json"))
            raise


class Command(LocalCommand):
    """A command that talks to the server: the one of the environment, of --context, or of the current context."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.params.append(choice.context_option())


json_option = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
no_wait_option = click.option(
    "--no-wait", is_flag=True, help="Return once the server has accepted it; don't wait for the outcome."
)
limit_option = click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=25,
    show_default=True,
    metavar="N",
    help="How many at most.",
)
