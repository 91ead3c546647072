"""Writes docs/cli.md out of the commands themselves: `python -m pvdify.document > docs/cli.md`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from pvdify.command import Command
from pvdify.errors import MEANINGS
from pvdify.main import COMMANDS, cli

_TOP = """\
# The command line: `pvdify`

<!-- Written by `python -m pvdify.document > docs/cli.md`; change the commands, then run it again. -->

## Where it finds its settings

| variable | meaning |
|---|---|
| `PVDIFY_URL` | the server, as in `https://server.example.com:9443`; plain `http://` for this machine alone |
| `PVDIFY_TOKEN` | the token, made on the server with `pvdifyd token create` |
| `PVDIFY_CA_FILE` | a PEM file with the certificate to trust: the server's own, or its issuer's |
| `PVDIFY_APP` | the app, where a command names none |
| `VISUAL`, `EDITOR` | the command of the editor that `config:edit` starts; `vi` without them |
| `NO_COLOR` | no colours, whatever the terminal can do |
| `PVDIFY_DEBUG` | `1` shows the traceback of a fault of pvdify itself |

The app is a command's first argument; or `-a`/`--app`; or `PVDIFY_APP`; or the first line of a file named
`.pvdify` in the working directory or the nearest one above it. An argument with `=` or a dot in it is never
an app's name. The one argument of `ps:restart`, `ps:stop` and `ps:start` is a process where the app is known
without it, as in `pvdify ps:restart web`; it is the app where it is that very app's name, or can't be a process type.
The one argument of `config:get`, `config:set` and `config:unset` is a key; the first of several is the app where it can
be one, and no app's name has a capital letter or an underscore.

## What it prints

Tables and progress are drawn and coloured on a terminal, and plain lines elsewhere. With `--json` the
standard output is what the API answered, and nothing else; `deploy` and `rollback` give
`{"release": …, "operation": …}`, as they ended; `apps:update` and `resources` have a field `operation` more where
the change restarts what runs; the commands that change config give the config as it is then, with `changes` (the keys),
`release` and `operation` (both `null` where nothing was released); and an error stands on standard error as
`{"error": {"code", "message", "next_step", "exit_code", "problem"}}`.

What starts an operation waits for its outcome and shows its phases on the way. With `--no-wait` it returns once the
server has accepted it, and Ctrl-C leaves it running; both say how to follow it. `operations:cancel` is what ends it.

`logs` prints a line as `2026-01-05T10:30:00.123456Z web.1 message`, on a terminal and elsewhere, and with `--json` as
`{"cursor", "at", "process", "instance", "release", "message"}`. Text that apps or the server gave is printed with
its control characters made visible, so that nothing in it can steer a terminal.

## Values, files and secrets

A value is kept byte for byte: line ends, blanks, quotes and all. It is UTF-8 text; what is not is refused, and no
error or warning ever shows a value. `config:get`, `config --shell` and `config:export` print values exactly, on a
terminal too. A value has 64 KiB at most, and a request 1 MiB. A prompt takes one line of 4,094 bytes at most: what is
longer or has several lines is refused whole; a file or a pipe takes it.

A dotenv file has lines `KEY=value`, blank lines and comments; `export` before the key and blanks around `=` are
passed over. A bare value ends with the line, or before a `#` that follows a blank. In single quotes a value stands as
it is; in double quotes `\\n`, `\\r`, `\\t`, `\\"`, `\\\\` and `\\$` are escapes, and any other backslash stands for
itself; both may go over several lines. Nothing is interpolated: `$HOME` stays `$HOME`. A line ends with LF or CR LF.
Of a key that comes twice, the last one counts.

The plain text of a secret goes from `pvdify` to the server in the request that sets it, and nowhere else; the server
encrypts it at once, to a key that the app's host alone has. No command can show it.

## Exit codes

| code | meaning |
|---|---|
"""


def text() -> str:
    """Give the whole of docs/cli.md."""
    return "".join(
        [
            _TOP,
            *(f"| {int(code)} | {meaning} |\n" for code, meaning in MEANINGS.items()),
            "\n## Commands\n",
            *(part for name in COMMANDS for part in _command(name)),
        ]
    )


def _command(name: str) -> Iterator[str]:
    with click.Context(cli, info_name="pvdify") as overview:
        command = cli.get_command(overview, name)
        assert isinstance(command, Command)
        with click.Context(command, info_name=name, parent=overview) as context:
            usage = " ".join(command.collect_usage_pieces(context))
        yield f"\n### `pvdify {name}`\n\n```\npvdify {name} {usage}\n```\n\n"
        yield f"{inspect.cleandoc(command.help or '')}\n"
        options = [option for option in command.params if isinstance(option, click.Option)]
        if options:
            yield "\n| option | meaning |\n|---|---|\n"
            yield from map(_option, options)
        yield "\n```\n" + "".join(f"{example}\n" for example in command.examples) + "```\n"


def _option(option: click.Option) -> str:
    value = option.metavar or ""
    if isinstance(option.type, click.Choice):
        value = "\\|".join(option.type.choices)
    names = ", ".join(option.opts)
    default = f" [{option.default}]" if option.show_default else ""
    return f"| `{f'{names} {value}'.strip()}` | {option.help}{default} |\n"


if __name__ == "__main__":
    click.echo(text(), nl=False)
