"""The kinds of commands: they carry examples, and answer errors in JSON when asked."""

from __future__ import annotations

from typing import Any

import click

from pvdify.access import choice
from pvdify.arguments import app_in_hint
from pvdify.errors import JSON_ASKED, PvdifyError


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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = list(args)
        # Before anything else is looked at: whoever asked for JSON gets the errors of the others in it too.
        as_json = ctx.meta[JSON_ASKED] = self._asks_for_json(given)
        try:
            return super().parse_args(ctx, args)
        except PvdifyError as error:
            error.as_json = as_json
            app_in_hint.fill_in(error, ctx, self.make_parser(ctx).parse_args(given)[0])
            raise

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PvdifyError as error:
            error.as_json = bool(ctx.params.get("as_json"))
            app_in_hint.fill_in(error, ctx, {})
            raise

    def _asks_for_json(self, given: list[str]) -> bool:
        options = given[: given.index("--")] if "--" in given else given
        return "--json" in options and any("--json" in parameter.opts for parameter in self.params)


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
