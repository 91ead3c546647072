"""The stand-in for Cloudflare's API, asked over HTTPS as a client asks the real one."""

from pathlib import Path
from typing import Any

import requests

from demo.stand_ins.cloudflare.server import Server

TOKEN = "the token"
TUNNEL = "5f3c1d8e-0000-4000-8000-9b1f6a7c2d11"


class Account:
    """An account with a token, the zone example.com and a tunnel."""

    def __init__(self, server: Server, authority: Path) -> None:
        self.server = server
        self.authority = str(authority)
        self.control("PUT", "token", {"token": TOKEN})
        self.zone: str = self.control("POST", "zones", {"name": "example.com"})["id"]
        self.control("POST", "tunnels", {"name": "demo", "secret": "c2VjcmV0", "identity": TUNNEL})
        self.id: str = self.control("GET", "state")["account_id"]

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = TOKEN,
        timeout: float = 5,
        **query: object,
    ) -> requests.Response:
        """One call of the API."""
        return requests.request(
            method,
            self.server.endpoint + path,
            json=body,
            params={name: str(value) for name, value in query.items()},
            headers={"Authorization": f"Bearer {token}"} if token else {},
            verify=self.authority,
            timeout=timeout,
        )

    def result(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """What a call that goes well gives."""
        answered = self.ask(method, path, body, **query)
        assert (answered.status_code, answered.json()["success"]) == (200, True), answered.text
        return answered.json()["result"]

    def refused(self, status: int, method: str, path: str, body: object = None, **options: Any) -> int:
        """The code of a call that is refused with that status."""
        answered = self.ask(method, path, body, **options)
        assert (answered.status_code, answered.json()["success"]) == (status, False), answered.text
        return int(answered.json()["errors"][0]["code"])

    def control(self, method: str, path: str, body: object = None) -> Any:
        """What the control address is told, or tells."""
        answered = requests.request(
            method, f"{self.server.url}/_control/{path}", json=body, verify=self.authority, timeout=5
        )
        assert answered.status_code == 200, answered.text
        return answered.json()

    @property
    def records(self) -> str:
        """The path of the zone's records."""
        return f"/zones/{self.zone}/dns_records"

    @property
    def configurations(self) -> str:
        """The path of the tunnel's configuration."""
        return f"/accounts/{self.id}/cfd_tunnel/{TUNNEL}/configurations"


def alias(name: str, **more: object) -> dict[str, object]:
    """What is written to bring a name to the tunnel."""
    return {
        "type": "CNAME",
        "name": name,
        "content": f"{TUNNEL}.cfargotunnel.com",
        "proxied": True,
        "ttl": 1,
        **more,
    }
