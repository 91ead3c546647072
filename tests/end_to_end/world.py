"""What the end-to-end tests act in: a demo of their own, seen through pvdify's public faces alone."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from typing import Any

import requests

from demo import daemon, environment, host, images, ssh
from demo.settings import CHECKOUT, Settings

COMMAND_SECONDS = 180
PATIENCE = 4
# For apps:create: the sample app's check, often enough for a test.
HEALTH = ("--health-path", "/health", "--health-interval", "2s", "--health-timeout", "2s")


@dataclass(frozen=True)
class World:
    """A host, a registry and a daemon; `pvdify`, `ansible-playbook` and HTTP to talk to them."""

    settings: Settings
    token: str

    def pvdify(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Runs the command line; `changes`: variables of its environment that differ."""
        return self._run(daemon.BINARIES / "pvdify", *arguments, **changes)

    def done(self, *arguments: str) -> str:
        """Runs the command line, wants it to succeed, and returns its standard output."""
        finished = self.pvdify(*arguments)
        assert finished.returncode == 0, f"pvdify {' '.join(arguments)}\n{finished.stdout}{finished.stderr}"
        return finished.stdout

    def given(self, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs the command line with that text as its standard input."""
        return self._run(daemon.BINARIES / "pvdify", *arguments, standard_input=text)

    def started(self, *arguments: str, stdout: Any) -> subprocess.Popen[bytes]:
        """Starts the command line, writing to that file, and does not wait for it."""
        return subprocess.Popen(
            [daemon.BINARIES / "pvdify", *arguments],
            env={**os.environ, **environment.variables(self.settings, self.token)},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
        )

    def told(self, *arguments: str) -> Any:
        """What the command line says with --json."""
        return json.loads(self.done(*arguments, "--json"))

    def playbook(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a playbook by hand, as the README shows."""
        return self._run(daemon.BINARIES / "ansible-playbook", f"playbooks/{name}.yml", *arguments)

    def api(self, method: str, path: str, **options: Any) -> requests.Response:
        """A raw request to the API. Signed in, unless `headers` say otherwise."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        trust = str(daemon.certificate(self.settings))
        url = f"{self.settings.url}/api/v1{path}"
        return requests.request(method, url, headers=headers, verify=trust, timeout=30, **options)

    def get(self, path: str) -> requests.Response:
        """A request to one of the daemon's addresses outside its API, such as /ready."""
        trust = str(daemon.certificate(self.settings))
        return requests.get(f"{self.settings.url}{path}", verify=trust, timeout=5)

    def entries(self, *arguments: str) -> list[dict[str, Any]]:
        """What the command line says with --json, an entry a line."""
        return [json.loads(line) for line in self.done(*arguments, "--json").splitlines()]

    def current(self, app: str) -> list[dict[str, Any]]:
        """The instances of the release that serves, by type and number."""
        instances = [one for one in self.told("ps", app) if one["role"] == "current"]
        return sorted(instances, key=lambda one: (one["process"], one["instance"]))

    def settled(self) -> None:
        """Waits until no release is about to leave the host: what is older than a standby goes by itself."""
        leaving = ["systemctl", "list-units", "--no-legend", "--state=active,activating,deactivating"]
        wait_until(
            lambda: self.on_host(*leaving, "pvdify-standby@*.service") == "",
            seconds=30,
            what="what is older than a standby has left",
        )

    def on_host(self, *command: str) -> str:
        """Runs a command on the host, wants it to succeed, and returns what it printed."""
        finished = ssh.on_host(self.settings, *command)
        assert finished.returncode == 0, f"{' '.join(command)}\n{finished.stdout}{finished.stderr}"
        return finished.stdout

    def exit_code_on_host(self, *command: str) -> int:
        return ssh.on_host(self.settings, *command).returncode

    def image(self, tag: str) -> str:
        return images.reference(self.settings, tag)

    def url(self, app: str) -> str:
        """The app's URL, as this machine reaches it."""
        return f"http://{self.settings.host_address}:{self.told('apps:info', app)['bind_port']}"

    def what_is_on_the_host(self) -> dict[str, str]:
        """Everything a deploy could leave there: units, files, containers, images, what HAProxy serves."""
        return {name: self.on_host("sh", "-c", command) for name, command in _TRACES.items()}

    def restart_host(self) -> None:
        host.restart(self.settings)

    def stop_daemon(self) -> None:
        daemon.stop(self.settings)

    def start_daemon(self, **variables: str) -> None:
        """Starts it anew; variables: what its environment has beside the usual."""
        daemon.start(self.settings, **variables)

    def _run(
        self, *command: object, standard_input: str = "", **changes: str
    ) -> subprocess.CompletedProcess[str]:
        variables = {**os.environ, **environment.variables(self.settings, self.token), **changes}
        # As bytes: subprocess would change line ends on the way.
        ended = subprocess.run(
            [str(word) for word in command],
            cwd=CHECKOUT,
            env=variables,
            input=standard_input.encode(),
            capture_output=True,
            timeout=COMMAND_SECONDS * self.settings.slowness,
            check=False,
        )
        return subprocess.CompletedProcess(
            ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode()
        )


_TRACES = {
    "units": "systemctl list-units --all --plain --no-legend 'pvdify-*' | awk '{print $1, $3}' | sort",
    "unit files": "find /etc/systemd/system /etc/containers/systemd -name 'pvdify-*' | sort",
    "files": "find /etc/pvdify -type f | sort",
    "containers": "podman ps --all --format '{{.Names}} {{.State}}' | sort",
    "images": "podman images --format '{{.Id}}' --no-trunc | sort -u",
}


def wait_until(happened: Any, *, seconds: float, what: str, interval: float = 0.1) -> None:
    """Asks `happened` again and again until it is true; fails, saying `what` did not happen.

    It has several times the seconds that it takes at the most where nothing else goes on: this tells what never
    happens, and `within` what takes too long.
    """
    within(happened, seconds=PATIENCE * seconds, what=what, interval=interval)


def within(happened: Any, *, seconds: float, what: str, interval: float = 0.1) -> None:
    """As `wait_until`, where it is promised in so many seconds."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        time.sleep(interval)


def answer(url: str) -> tuple[int, str]:
    """Status and version of one answer; (0, "") where there is none."""
    try:
        found = requests.get(url, timeout=5)
    except requests.RequestException:
        return 0, ""
    return found.status_code, found.headers.get("X-App-Version", "")
