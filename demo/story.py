"""What the demo shows: v1 is served, and while a client keeps asking v2 takes its place, v1 comes back, an instance
comes and goes, all are restarted, and they get config and a secret."""

import json
import secrets
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping

from . import daemon, images
from .commands import attempt
from .errors import DemoError
from .load import Load
from .result import Result
from .settings import Settings

APP = "myapp"
REQUESTS = 5000
COMMAND_SECONDS = 180
Say = Callable[[str], None]


def tell(settings: Settings, environment: Mapping[str, str], url: str, say: Say) -> Result:
    """Deploys, replaces, rolls back, scales, restarts and configures the app. Returns what came of the requests."""
    say("deploying v1")
    pvdify(environment, "deploy", APP, "--image", images.reference(settings, "v1"))
    expect(url, "v1", say)

    say("a client starts to ask: kept-alive, new connections, requests that take 2 seconds, event streams")
    with Load(url) as load:
        time.sleep(1)
        say("deploying v2")
        pvdify(environment, "deploy", APP, "--image", images.reference(settings, "v2"))
        expect(url, "v2", say)
        say("rolling back")
        pvdify(environment, "rollback", APP)
        expect(url, "v1", say)
        say("scaling to three instances and back")
        pvdify(environment, "ps:scale", APP, "web=3")
        pvdify(environment, "ps:scale", APP, "web=2")
        say("restarting one instance after the other")
        pvdify(environment, "ps:restart", APP)
        say("setting a config var, and a secret from standard input: each is a release of the same image")
        pvdify(environment, "config:set", APP, "GREETING=hello")
        pvdify(environment, "config:set", APP, "API_TOKEN", "--secret", given=secrets.token_urlsafe())
        load.wait_for(REQUESTS, timeout=60)
        result = load.stop()
    say("its config (only its host can read the secret), what runs now, and what it wrote")
    pvdify(environment, "config", APP)
    pvdify(environment, "ps", APP)
    pvdify(environment, "logs", APP, "-n", "6")
    return result


def ensure_app(settings: Settings, environment: Mapping[str, str], say: Say) -> str:
    """Creates the app where it is missing; returns its URL, as this machine reaches it."""
    found = quietly(environment, "apps:info", APP, "--json")
    if found.returncode != 0:
        say(f"creating the app {APP}")
        health = ["--health-path", "/health", "--health-interval", "2s", "--health-timeout", "1s"]
        pvdify(environment, "apps:create", APP, "--process", "web=2", *health)
    return app_url(settings, environment, APP)


def app_url(settings: Settings, environment: Mapping[str, str], app: str) -> str:
    found = quietly(environment, "apps:info", app, "--json")
    if found.returncode != 0:
        raise DemoError(f"pvdify apps:info {app} failed:\n{found.stderr}")
    return f"http://{settings.host_address}:{json.loads(found.stdout)['bind_port']}"


def pvdify(environment: Mapping[str, str], *arguments: str, given: str = "") -> None:
    """Runs the command line as a person would, its output on ours; given: its standard input, which is not shown."""
    print(f"\n    $ pvdify {' '.join(arguments)}{' < token' if given else ''}", flush=True)
    command = [str(daemon.BINARIES / "pvdify"), *arguments]
    finished = subprocess.run(
        command, env=dict(environment), input=given, text=True, timeout=COMMAND_SECONDS, check=False
    )
    print(flush=True)
    if finished.returncode != 0:
        raise DemoError(f"pvdify {' '.join(arguments)} ended with {finished.returncode}.")


def expect(url: str, version: str, say: Say) -> None:
    """Asks the app once, and wants that version to answer."""
    with urllib.request.urlopen(f"{url}/", timeout=10) as answer:
        body = answer.read().decode().strip()
    if answer.headers["X-App-Version"] != version:
        raise DemoError(f"{url} was to be served by {version}, and answered: {body}")
    say(f"{url} answers: {body}")


def quietly(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line for what it tells, shown to nobody."""
    return attempt([daemon.BINARIES / "pvdify", *arguments], timeout=60, environment=dict(environment))
