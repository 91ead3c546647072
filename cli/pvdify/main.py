"""The program `pvdify`: the table of its commands."""

from __future__ import annotations

from typing import Any

import click

from pvdify.lazy_group import Entry, LazyGroup

COMMANDS = {
    "login": Entry("pvdify.commands.access.login", "Sign in to a server."),
    "logout": Entry("pvdify.commands.access.logout", "Forget the token for a server."),
    "whoami": Entry("pvdify.commands.access.whoami", "Show what you are signed in as."),
    "contexts": Entry("pvdify.commands.access.contexts", "List the servers you have signed in to."),
    "context": Entry("pvdify.commands.access.context", "Show or choose the server that commands talk to."),
    "apps": Entry("pvdify.commands.apps.index", "List the apps."),
    "apps:create": Entry("pvdify.commands.apps.create", "Create an app."),
    "apps:info": Entry("pvdify.commands.apps.info", "Show an app."),
    "apps:update": Entry("pvdify.commands.apps.update", "Change an app's settings."),
    "apps:destroy": Entry("pvdify.commands.apps.destroy", "Remove an app and all it runs."),
    "apps:export": Entry(
        "pvdify.commands.apps.export", "Write an app's whole definition as a file that apply takes."
    ),
    "apply": Entry("pvdify.commands.apply", "Make an app match its file: create it, or change it."),
    "deploy": Entry("pvdify.commands.deploy", "Deploy an image to an app."),
    "releases": Entry("pvdify.commands.releases.index", "List an app's releases."),
    "releases:info": Entry("pvdify.commands.releases.info", "Show a release."),
    "releases:diff": Entry(
        "pvdify.commands.releases.diff", "Show what differs between two releases of an app."
    ),
    "rollback": Entry("pvdify.commands.rollback", "Go back to an earlier release."),
    "config": Entry("pvdify.commands.config.index", "Show an app's config vars."),
    "config:get": Entry("pvdify.commands.config.get", "Print the value of a config var."),
    "config:set": Entry("pvdify.commands.config.set", "Set config vars of an app."),
    "config:unset": Entry("pvdify.commands.config.unset", "Remove config vars and secrets of an app."),
    "config:edit": Entry(
        "pvdify.commands.config.edit", "Edit an app's plain config vars in VISUAL, EDITOR, or vi."
    ),
    "config:import": Entry(
        "pvdify.commands.config.import_file",
        "Set all config vars that a file holds; - is the standard input.",
    ),
    "config:export": Entry(
        "pvdify.commands.config.export",
        "Print an app's plain config vars as a file that config:import takes.",
    ),
    "config:versions": Entry(
        "pvdify.commands.config.versions", "List an app's config versions, the newest first."
    ),
    "config:diff": Entry(
        "pvdify.commands.config.diff", "Show what differs between two config versions of an app."
    ),
    "secrets:rotate": Entry(
        "pvdify.commands.secrets.rotate", "Give a host a new key, and encrypt its secrets to that."
    ),
    "registries": Entry("pvdify.commands.registry.index", "List the credentials for container registries."),
    "registry:login": Entry("pvdify.commands.registry.login", "Have images pulled from a private registry."),
    "registry:logout": Entry("pvdify.commands.registry.logout", "Forget the credential for a registry."),
    "ps": Entry("pvdify.commands.ps.index", "List an app's running instances."),
    "ps:scale": Entry("pvdify.commands.ps.scale", "Change how many of each process type run, or show it."),
    "ps:restart": Entry(
        "pvdify.commands.ps.restart", "Restart an app, a process type of it, or one instance."
    ),
    "ps:stop": Entry("pvdify.commands.ps.stop", "Stop an app, or a process type of it."),
    "ps:start": Entry("pvdify.commands.ps.start", "Start an app that was stopped, or a process type of it."),
    "resources": Entry("pvdify.commands.resources", "Show or change what each instance of an app may use."),
    "logs": Entry("pvdify.commands.logs", "Show what an app's instances write."),
    "domains": Entry("pvdify.commands.domains.index", "List an app's domains."),
    "domains:add": Entry("pvdify.commands.domains.add", "Have domains lead to an app."),
    "domains:info": Entry("pvdify.commands.domains.info", "Show a domain, and why it failed where it did."),
    "domains:remove": Entry("pvdify.commands.domains.remove", "Take domains away from an app."),
    "domains:clear": Entry("pvdify.commands.domains.clear", "Take all of an app's domains away."),
    "domains:wait": Entry(
        "pvdify.commands.domains.wait", "Wait until an app's domains are active, or failed."
    ),
    "edge": Entry("pvdify.commands.edge.index", "Show what brings requests for domains to a host."),
    "edge:set": Entry("pvdify.commands.edge.set_edge", "Set what brings requests for domains to a host."),
    "tunnels": Entry(
        "pvdify.commands.edge.tunnels", "Show whether the hosts' Cloudflare Tunnels are connected."
    ),
    "operations": Entry("pvdify.commands.operations.index", "List operations."),
    "operations:info": Entry("pvdify.commands.operations.info", "Show an operation and its events."),
    "operations:cancel": Entry("pvdify.commands.operations.cancel", "Cancel an operation."),
    "tokens": Entry("pvdify.commands.tokens.index", "List the tokens that sign in to the server."),
    "tokens:create": Entry("pvdify.commands.tokens.create", "Make a token."),
    "tokens:revoke": Entry("pvdify.commands.tokens.revoke", "Revoke a token at once."),
    "audit": Entry("pvdify.commands.access.audit", "Show who changed what, the newest first."),
    "completion": Entry(
        "pvdify.commands.completion", "Print what makes a shell complete pvdify's commands, options and apps."
    ),
    "help": Entry("pvdify.commands.help", "Show how a command is used."),
}

ALIASES = {
    "create": "apps:create",
    "destroy": "apps:destroy",
    "info": "apps:info",
    "scale": "ps:scale",
    "restart": "ps:restart",
}


def _print_version(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from pvdify.version import version

    click.echo(f"pvdify {version()}")
    ctx.exit()


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    aliases=ALIASES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Deploy container images to your own Linux server, and look after them there.

    pvdify login signs in to a server, and makes it the one that commands talk to. PVDIFY_URL, PVDIFY_TOKEN and
    PVDIFY_CA_FILE count before that, and --context before all. The app is a command's first argument, or -a/--app,
    or PVDIFY_APP, or the first line of a file named .pvdify in the working directory or above it.
    """


def main(*arguments: Any) -> None:
    """Run `pvdify` with the process's arguments."""
    cli(*arguments, prog_name="pvdify")
