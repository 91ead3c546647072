"""The arguments `[APP] [TYPE|TYPE.N]`."""

from __future__ import annotations

from pvdify.arguments import app_in_hint, process_name
from pvdify.arguments.app_argument import take
from pvdify.arguments.app_resolution import Resolved, may_be_name, required
from pvdify.arguments.process_name import ProcessName


def take_process(arguments: tuple[str, ...], app_option: str | None) -> tuple[str, ProcessName | None]:
    """Find the app, and the process or instance that is meant; None for all of the app.

    A lone argument is a process where the app is known without it, and else the app. It is the app too where
    it is that very app's name, or can't be a process type, as `my-app` can't.

    Raises:
        UsageError: No app is named, or the other argument is no process.
    """
    taken = take(arguments, app_option, operands=1)
    if app_option is None and len(arguments) == 1 and _is_app(arguments[0], taken):
        app_in_hint.note(arguments[0])
        return arguments[0], None
    app = required(taken.app)
    return app, process_name.parse(taken.rest[0]) if taken.rest else None


def _is_app(argument: str, taken: Resolved) -> bool:
    unknown = taken.app is None
    return may_be_name(argument) and (
        unknown or argument == taken.app or not process_name.may_be_type(argument)
    )
