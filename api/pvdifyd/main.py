"""The command `pvdifyd`."""

from __future__ import annotations

import os
import sys

import click

from pvdifyd import __version__, log, models
from pvdifyd.commands.audit import audit
from pvdifyd.commands.home import open_home
from pvdifyd.commands.host import host
from pvdifyd.commands.init import init
from pvdifyd.commands.migrate import migrate
from pvdifyd.commands.serve import serve
from pvdifyd.commands.token import token
from pvdifyd.commands.work import work
from pvdifyd.errors import PvdifydError
from pvdifyd.settings import log_format
from pvdifyd.supervisor import Supervisor, end_with_supervisor

# What goes on running, and so writes lines that programs may want to read: pvdifyd without a command, and its parts.
DAEMONS = (None, "serve", "work")


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pvdifyd")
@click.pass_context
def program(context: click.Context) -> None:
    """Keep apps and releases, and bring them to hosts.

    Without a command it runs the API and the worker together. Settings are environment variables, PVDIFYD_HOME
    and others; docs/architecture.md lists them.
    """
    end_with_supervisor()
    if context.invoked_subcommand in DAEMONS:
        log.configure(log_format(os.environ))
    if context.invoked_subcommand is None:
        # What would end both is said once, before either is started.
        open_home()
        models.close()
        context.exit(Supervisor().run())


for command in (audit, host, init, migrate, serve, token, work):
    program.add_command(command)


def main() -> None:
    """Run the command; what can be explained is said in one line, with exit code 1."""
    log.configure(log.TEXT)
    try:
        program(prog_name="pvdifyd")
    except PvdifydError as error:
        sys.exit(log.last_words(f"pvdifyd: {error.detail}"))
    except OSError as error:
        sys.exit(log.last_words(f"pvdifyd: the machine did not let it: {error}"))
    except Exception as error:
        if os.environ.get("PVDIFYD_DEBUG"):
            raise
        sys.exit(
            log.last_words(
                f"pvdifyd has a fault: {type(error).__name__}: {error}\n"
                "Please report it, with what the same command prints when PVDIFYD_DEBUG=1 is set."
            )
        )
