"""`python -m demo up` and `python -m demo down`: what `make demo` and `make demo-down` run."""

import os
import shutil
import sys
import time

from . import account, cloudflare, daemon, domain, environment, host, images, registry, rootfs, story
from .errors import DemoError
from .lock import alone
from .result import Result
from .settings import Settings, demo_settings

STARTED = time.monotonic()


def main() -> int:
    actions = {"up": up, "down": down}
    if sys.argv[1:] not in ([name] for name in actions):
        print(f"usage: python -m demo {'|'.join(actions)}", file=sys.stderr)
        return 2
    try:
        if os.geteuid() != 0:
            raise DemoError("the demo makes a container with systemd in it, and needs root for that.")
        settings = demo_settings()
        with alone(settings.directory):
            actions[sys.argv[1]](settings)
    except (DemoError, OSError) as error:
        print(f"\nmake demo: {error}", file=sys.stderr)
        return 1
    return 0


def up(settings: Settings) -> None:
    settings.directory.mkdir(exist_ok=True)
    settings.directory.chmod(0o755)  # the account of the API reaches its part, whatever the umask
    new = host.ensure(settings, say)
    say(f"the host is up at {settings.host_address}; starting the registry at {settings.registry}")
    registry.ensure(settings)
    images.ensure(settings, say)
    say("starting a stand-in for Cloudflare, and putting one for its program on the host")
    at_cloudflare = cloudflare.ensure(settings)
    cloudflare.install_program(settings)
    say(f"starting pvdifyd at {settings.url}, its API as {account.described(settings)}")
    daemon.start(settings)
    token = daemon.ensure_token(settings)
    say("registering the host, which prepares it")
    daemon.ensure_host(settings, new=new)
    variables = environment.for_commands(settings, token)
    url = story.ensure_app(settings, variables, say)
    environment.write(settings, token, url)
    result = story.tell(settings, variables, url, say)
    domain.ensure_edge(variables, at_cloudflare, say, new=new)
    domain.tell(settings, variables, say)
    report(settings, url, result)


def down(settings: Settings) -> None:
    say("removing the daemon, the registry and the host")
    remove(settings)
    rootfs.remove()
    say("nothing of the demo is left")


def remove(settings: Settings) -> None:
    """Removes all that stands in a demo's directory or was started from there; harmless where nothing is."""
    daemon.stop(settings)
    registry.stop(settings)
    cloudflare.stop(settings)
    host.remove(settings)
    account.remove(settings)
    shutil.rmtree(settings.directory, ignore_errors=True)


def report(settings: Settings, url: str, result: Result) -> None:
    """Prints what came of it and what to do next; DemoError when a request failed."""
    styles = ", ".join(f"{count} {style}" for style, count in sorted(result.styles.items()))
    versions = ", ".join(f"{count} by {version}" for version, count in sorted(result.versions.items()))
    say("done")
    print(f"""
  requests sent    {result.sent} ({styles}), {result.rate:.0f} a second
  answered         {versions}; the longest took {result.slowest:.2f} s
  event streams    {result.streams_ended} ended by the app, as an instance was stopped; {result.streams_cut} cut
  requests failed  {result.failed}

  app              {url}
  its domain       {domain.NAME}, through the tunnel at {cloudflare.entry(settings)}
  server           {settings.url}   (API document: {settings.url}/api/v1/docs)

Go on by hand:
  . {os.path.relpath(settings.directory / "env")}
  pvdify releases {story.APP}
  pvdify ps {story.APP}
  pvdify logs {story.APP} --follow
  pvdify config:set {story.APP} GREETING=goodbye
  pvdify domains:add {story.APP} www.{cloudflare.ZONE}
  curl --header 'Host: www.{cloudflare.ZONE}' "$PVDIFY_DEMO_TUNNEL_URL"
  pvdify deploy {story.APP} --image "$PVDIFY_DEMO_IMAGE_CRASH"     # fails, and {url} goes on answering
  $PVDIFY_DEMO_HOST_EXEC systemctl status pvdify-{story.APP}-web.service
  ansible-playbook playbooks/deploy.yml -e app={story.APP}       # the same again by hand: changes nothing
  make demo-down""")
    if result.failed:
        raise DemoError(f"{result.failed} requests failed:\n" + "\n".join(result.examples))


def say(message: str) -> None:
    print(f"[{time.monotonic() - STARTED:5.1f} s] {message}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
