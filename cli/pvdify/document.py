"""Writes docs/cli.md out of the commands themselves: `python -m pvdify.document > docs/cli.md`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from pvdify.command import LocalCommand
from pvdify.errors import MEANINGS
from pvdify.main import ALIASES, COMMANDS, cli

_TOP = """\
# The command line: `pvdify`

<!-- Written by `python -m pvdify.document > docs/cli.md`; change the commands, then run it again. -->

## Where it finds its settings

`pvdify login` signs in to a server, under a name: a context. The last one is the current one, and `pvdify context NAME`
changes that. Each command that talks to a server takes `--context NAME` too, besides the options below.

| variable | meaning |
|---|---|
| `PVDIFY_URL` | the server, as in `https://server.example.com:9443`; plain `http://` for this machine alone |
| `PVDIFY_TOKEN` | the token, made with `pvdify tokens:create`, or on the server with `pvdifyd token create` |
| `PVDIFY_CA_FILE` | a PEM file with the certificate to trust: the server's own, or its issuer's |
| `PVDIFY_CONTEXT` | the context, where `--context` names none |
| `PVDIFY_APP` | the app, where a command names none |
| `VISUAL`, `EDITOR` | the command of the editor that `config:edit` starts; `vi` without them |
| `NO_COLOR` | no colours, whatever the terminal can do |
| `PVDIFY_DEBUG` | `1` shows the traceback of a fault of pvdify itself |

What counts: the context that `--context` names, as a whole; else `PVDIFY_URL`, `PVDIFY_TOKEN` and
`PVDIFY_CA_FILE`; else the context of `PVDIFY_CONTEXT`; else the current one. A
stored token and a pinned certificate are only ever used for the URL that they were stored for.

Contexts are in `contexts.json` below `$XDG_CONFIG_HOME/pvdify` (`~/.config/pvdify`). Tokens are in the system's
keyring, where `pip install 'pvdify[keyring]'` was done and finds one, and else in `tokens.json` beside it; both files
are readable for their owner alone. Nothing prints a token that is stored.

The app is a command's first argument; or `-a`/`--app`; or `PVDIFY_APP`; or the first line of a file named
`.pvdify` in the working directory or the nearest one above it. An argument with `=` or a dot in it is never
an app's name. The one argument of `ps:restart`, `ps:stop` and `ps:start` is a process where the app is known
without it, as in `pvdify ps:restart web`; it is the app where it is that very app's name, or can't be a process type.
The one argument of `config:get`, `config:set` and `config:unset` is a key; the first of several is the app where it can
be one, and no app's name has a capital letter or an underscore.

## What it prints

Tables and progress are drawn and coloured on a terminal, and plain lines elsewhere. A row that the terminal is too
narrow for is drawn as a block of names and values. What is waited for longer than a moment is named on a line
that goes again, on standard error, and only where both outputs are a terminal. With `--json` the
standard output is what the API answered, and nothing else; `deploy` and `rollback` give
`{"release": …, "operation": …}`, as they ended; `apps:update` and `resources` have a field `operation` more where
the change restarts what runs; the commands that change config give the config as it is then, with `changes` (the keys),
`release` and `operation` (both `null` where nothing was released); `domains:add`, `domains:remove` and `domains:clear`
give `{"domains": […], "operations": […]}`, as they ended; and an error stands on standard error as
`{"error": {"code", "message", "next_step", "exit_code", "problem"}}`.

What starts an operation waits for its outcome and shows its phases on the way. With `--no-wait` it returns once the
server has accepted it, and Ctrl-C leaves it running; both say how to follow it. `operations:cancel` is what ends it.

`logs` prints a line as `2026-01-05T10:30:00.123456Z web.1 message`, on a terminal and elsewhere, and with `--json` as
`{"cursor", "at", "process", "instance", "release", "message"}`. Text that apps or the server gave is printed with
its control characters made visible, so that nothing in it can steer a terminal.

## An app's file

`pvdify apply -f app.yaml` makes an app match its file, and `pvdify apps:export` writes one. All of it but `name` can
be left out:

```yaml
name: myapp                  # -staging and -pr-123 at its end make a staging app and a preview
image: ghcr.io/acme/myapp:v2
processes:
  web:
    command: node server.js  # left out: the image's own
    count: 2
  worker:
    command: node worker.js
    overlap: false           # its instances of two releases never run side by side
resources: {memory: 512M, cpu: 0.5}
healthcheck: {path: /health, interval: 30s, timeout: 5s, retries: 3}
```

There are `environment`, `host`, `bind_port`, `container_port` and `domains` (a list) too. What is left out has its
default, whatever the app had before; only host, port and domains stay, and `domains: []` takes all of them away. The
JSON Schema, [app.schema.json](app.schema.json), is served by every server at `/api/v1/schemas/app.json`; with a first
line `# yaml-language-server: $schema=URL`, as an export has it, editors complete and check the file. The file is one
YAML document (or JSON) of plain values: no aliases, no tags, no key twice; `'*.myapp.com'` needs its quotes. A field
without a value counts as left out. `env_versions`, which an export has, is not applied.

With `--json`, `apply` prints `{"app", "created", "changes", "operation", "domains_operation"}`: the app as it is then,
whether it is new, each difference as `{"field", "before", "after"}`, and the operations that new resources and new
domains took, or `null`.

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

## Certificates

A certificate that this system trusts needs no question. Of any other, `pvdify login` shows the SHA-256 fingerprint, and
pins it where you say that it is the server's. On the server, this shows it:

```
openssl x509 -noout -fingerprint -sha256 -in /var/lib/pvdify/tls/certificate.pem
```

When a server shows another certificate than the pinned one, nothing is sent to it, and both fingerprints are shown. To
accept a new certificate, sign in again.

## Short names

| short | long |
|---|---|
ALIASES
## Exit codes

A code means the same in each version.

| code | meaning |
|---|---|
"""


def text() -> str:
    """Give the whole of docs/cli.md."""
    return "".join(
        [
            _TOP.replace("ALIASES\n", "".join(map(_alias, ALIASES.items()))),
            *(f"| {int(code)} | {meaning} |\n" for code, meaning in MEANINGS.items()),
            "\n## Commands\n",
            *(part for name in COMMANDS for part in _command(name)),
        ]
    )


def _command(name: str) -> Iterator[str]:
    with click.Context(cli, info_name="pvdify") as overview:
        command = cli.get_command(overview, name)
        assert isinstance(command, LocalCommand)
        with click.Context(command, info_name=name, parent=overview) as context:
            usage = " ".join(command.collect_usage_pieces(context))
        yield f"\n### `pvdify {name}`\n\n```\npvdify {name} {usage}\n```\n\n"
        yield f"{inspect.cleandoc(command.help or '')}\n"
        options = [
            option for option in command.params if isinstance(option, click.Option) and _is_own(option)
        ]
        if options:
            yield "\n| option | meaning |\n|---|---|\n"
            yield from map(_option, options)
        yield "\n```\n" + "".join(f"{example}\n" for example in command.examples) + "```\n"


def _alias(names: tuple[str, str]) -> str:
    return f"| `pvdify {names[0]}` | `pvdify {names[1]}` |\n"


def _is_own(option: click.Option) -> bool:
    """Whether an option is not the --context that all commands have."""
    return option.expose_value


def _option(option: click.Option) -> str:
    value = option.metavar or ""
    if isinstance(option.type, click.Choice):
        value = "\\|".join(option.type.choices)
    names = ", ".join(option.opts)
    default = f" [{option.default}]" if option.show_default else ""
    return f"| `{f'{names} {value}'.strip()}` | {option.help}{default} |\n"


if __name__ == "__main__":
    click.echo(text(), nl=False)
