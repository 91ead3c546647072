"""Cloudflare as the world has it: records and calls at its stand-in, the tunnel on the host, requests by a domain."""

import json
import time
from dataclasses import dataclass
from typing import Any

import requests

from demo import cloudflare
from tests.end_to_end.world import World, wait_until

UNIT = "pvdify-cloudflared.service"
CONFIGURATION = "/etc/pvdify/cloudflared/config.yml"
METRICS = "http://127.0.0.1:2999"
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
Rule = dict[str, str]
# What the tunnel tells of itself, asked on the host.
_ASK = "import sys, urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1]).read().decode())"


@dataclass(frozen=True)
class Edge:
    """The stand-in for Cloudflare, and the tunnel to the world's host."""

    world: World
    account: cloudflare.Account

    def control(self, method: str, path: str, body: object = None) -> Any:
        return cloudflare.control(self.world.settings, method, path, body)

    def set(self, *more: str) -> None:
        """Makes Cloudflare the host's edge, with these options beside, or in place of, the usual ones."""
        usual = (*self.account.edge_options(), "--management", "local", "--tls", "report")
        arguments = ("edge:set", "cloudflare", *usual, *more)
        finished = self.world.given(self.account.token, *arguments)
        assert finished.returncode == 0, finished.stdout + finished.stderr

    def records(self) -> dict[str, tuple[str, str]]:
        """Type and content of what there is at each name."""
        rows = self.control("GET", "state")["records"]
        return {row["name"]: (row["type"], row["content"]) for row in rows}

    def record(self, name: str) -> dict[str, Any]:
        """The one record of that name."""
        (found,) = [row for row in self.control("GET", "state")["records"] if row["name"] == name]
        return dict(found)

    def ours(self) -> tuple[str, str]:
        """What brings a name to the tunnel."""
        return "CNAME", f"{self.account.tunnel_id}.cfargotunnel.com"

    def calls(self) -> list[dict[str, Any]]:
        """The calls that were made since `forget_calls`, all of which must be as Cloudflare's document has them."""
        made: list[dict[str, Any]] = self.control("GET", "calls")
        assert [call for call in made if call["broken"]] == []
        return made

    def changing_calls(self) -> list[dict[str, Any]]:
        return [call for call in self.calls() if call["method"] in CHANGING]

    def forget_calls(self) -> None:
        self.control("DELETE", "calls")

    def fails(self, answer: int | str, **more: object) -> None:
        """Lets calls fail from now on, as `more` says."""
        self.control("POST", "faults", {"answer": answer, **more})

    def mend(self) -> None:
        """All is as it was before anything was broken, but for records."""
        self.control("DELETE", "faults")
        self.control("PUT", "limit", {"calls": 1200, "seconds": 300})
        cloudflare.ensure(self.world.settings)
        self.control("PATCH", f"zones/{cloudflare.ZONE}", {"status": "active", "ssl": "full"})

    def file(self) -> list[Rule]:
        """The ingress in the tunnel's configuration."""
        found: list[Rule] = json.loads(self.world.on_host("cat", CONFIGURATION))["ingress"]
        return found

    def in_force(self) -> list[Rule]:
        """The ingress that cloudflared goes by now."""
        told = json.loads(self.world.on_host("python3", "-c", _ASK, f"{METRICS}/config"))
        return [
            {key: rule[key] for key in ("hostname", "service") if rule.get(key)}
            for rule in told["config"]["ingress"]
        ]

    def routed(self) -> dict[str, str]:
        """Which name goes where, by what is in force; the last rule is the one for all others."""
        rules = self.in_force()
        assert rules[-1] == {"service": "http_status:404"}
        return {rule["hostname"]: rule["service"] for rule in rules[:-1]}

    def run(self) -> str:
        """Names the tunnel's present run: another after each start."""
        return self.world.on_host("systemctl", "show", "--property=InvocationID", UNIT).strip()

    def starts(self) -> int:
        """How often the tunnel was started so far."""
        log = self.world.on_host("journalctl", "--unit", UNIT, "--output=cat", "--no-pager")
        return log.count("Starting metrics server")

    def ask(self, name: str, path: str = "/", **options: Any) -> requests.Response:
        """What a request for that name is answered, from where Cloudflare's requests come in."""
        headers = {"Host": name, **options.pop("headers", {})}
        method = options.pop("method", "GET")
        url = cloudflare.entry(self.world.settings) + path
        return requests.request(method, url, headers=headers, timeout=15, **options)

    def version(self, name: str) -> str:
        """The version of the app that answers for that name; the status where no app does, or `none`."""
        try:
            answered = self.ask(name)
        except requests.RequestException:
            return "none"
        return answered.headers.get("X-App-Version", str(answered.status_code))

    def until_it_answers(self, name: str, version: str, *, seconds: float = 30) -> None:
        wait_until(lambda: self.version(name) == version, seconds=seconds, what=f"{name} answers {version}")

    def status(self, app: str, name: str) -> str:
        return str(self.world.told("domains:info", app, name)["status"])


def make(world: World) -> Edge:
    """The world's own, set as the host's edge."""
    account = cloudflare.ensure(world.settings)
    cloudflare.install_program(world.settings)
    edge = Edge(world, account)
    edge.mend()
    edge.set()
    return edge


def seconds_of(action: Any) -> float:
    begun = time.monotonic()
    action()
    return time.monotonic() - begun
