"""What the demo shows of domains: one leads to the app, through the tunnel of Cloudflare's stand-in."""

import json
import urllib.request
from collections.abc import Mapping

from . import cloudflare, story
from .errors import DemoError
from .settings import Settings
from .story import Say

NAME = f"{story.APP}.{cloudflare.ZONE}"


def ensure_edge(environment: Mapping[str, str], account: cloudflare.Account, say: Say, *, new: bool) -> None:
    """Sets Cloudflare as what brings requests to the host, unless it is already; new: the host is an empty one."""
    found = story.quietly(environment, "edge", "--json")
    edge = json.loads(found.stdout) if found.returncode == 0 else {}
    if not new and (edge.get("kind"), edge.get("ready")) == ("cloudflare", True):
        return
    say("setting Cloudflare (its stand-in) as what brings requests to the host")
    story.pvdify(environment, "edge:set", "cloudflare", *account.edge_options(), given=account.token)


def tell(settings: Settings, environment: Mapping[str, str], say: Say) -> None:
    """Adds the domain and asks the app by it, where Cloudflare's requests come in."""
    say("adding a domain: its record, and its route through the tunnel")
    story.pvdify(environment, "domains:add", story.APP, NAME)
    expect(settings, NAME, say)
    story.pvdify(environment, "domains", story.APP)
    story.pvdify(environment, "tunnels")


def expect(settings: Settings, name: str, say: Say) -> None:
    """Asks for the domain, and wants the app to answer; DemoError when another does, or nobody."""
    request = urllib.request.Request(f"{cloudflare.entry(settings)}/", headers={"Host": name})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            body, version = answer.read().decode().strip(), answer.headers["X-App-Version"]
    except OSError as error:
        raise DemoError(f"{name} does not answer through the tunnel: {error}") from error
    if not version:
        raise DemoError(f"{name} was to be answered by the app, and was by another: {body}")
    say(f"{name} answers: {body}")
