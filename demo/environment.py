"""`.demo/env`: what a shell needs to go on with the demo by hand."""

import os
import shlex
from pathlib import Path

from . import cloudflare, daemon, images, ssh
from .settings import Settings


def variables(settings: Settings, token: str) -> dict[str, str]:
    """The demo's variables for `pvdify`, for pvdifyd and playbooks, and for trying things out."""
    return {
        "PVDIFY_URL": settings.url,
        "PVDIFY_TOKEN": token,
        "PVDIFY_CA_FILE": str(daemon.certificate(settings)),
        **daemon.environment(settings),
        "PVDIFY_DEMO_IMAGE_V1": images.reference(settings, "v1"),
        "PVDIFY_DEMO_IMAGE_V2": images.reference(settings, "v2"),
        "PVDIFY_DEMO_IMAGE_CRASH": images.reference(settings, "crash"),
        "PVDIFY_DEMO_IMAGE_SICK": images.reference(settings, "sick"),
        "PVDIFY_DEMO_TUNNEL_URL": cloudflare.entry(settings),
        "PVDIFY_DEMO_HOST_EXEC": str(ssh.write_prefix(settings)),
    }


def for_commands(settings: Settings, token: str) -> dict[str, str]:
    """The whole environment of a program that is started with those variables."""
    return {**os.environ, **variables(settings, token)}


def write(settings: Settings, token: str, app_url: str) -> Path:
    """Writes the file to be sourced; readable by its owner alone, since the token is in it."""
    path = settings.directory / "env"
    values = {**variables(settings, token), "PVDIFY_DEMO_APP_URL": app_url}
    lines = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
    unfinished = path.with_name("env.new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(
        "\n".join([*lines, f'export PATH={shlex.quote(str(daemon.BINARIES))}:"$PATH"']) + "\n"
    )
    unfinished.rename(path)
    return path
