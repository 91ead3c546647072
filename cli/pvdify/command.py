"""The kind of command every command is: it carries examples, and answers errors in JSON when asked."""

from __future__ import annotations

from typing import Any

import click

from pvdify.errors import PvdifyError


class Command(click.Command):
    """A click command with examples.

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
