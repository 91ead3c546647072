"""The stand-in for cloudflared as a process, as a host runs it."""

import importlib.util
import json
import socket
import subprocess
import sys
import time
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import requests

from demo.settings import CHECKOUT
from tests.stand_ins.account import TUNNEL

FILE = CHECKOUT / "demo" / "stand_ins" / "cloudflared"


class Program:
    """A running one. folder: where its configuration and credentials are written."""

    def __init__(self, folder: Path, configuration: dict[str, object], environment: dict[str, str]) -> None:
        entry, metrics = _free_ports()
        folder.mkdir()
        self.url, self.port = f"http://127.0.0.1:{entry}", entry
        self._metrics = f"http://127.0.0.1:{metrics}"
        account_id = environment.pop("account_id", "of nobody")
        secret = environment.pop("secret", "c2VjcmV0")
        (folder / "credentials.json").write_text(
            json.dumps({"AccountTag": account_id, "TunnelID": TUNNEL, "TunnelSecret": secret})
        )
        self.configuration = folder / "config.yml"
        given = {"tunnel": TUNNEL, "credentials-file": str(folder / "credentials.json"), **configuration}
        self.configuration.write_text(json.dumps(given))
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command(
                    "tunnel", "--config", str(self.configuration), "--metrics", f"127.0.0.1:{metrics}", "run"
                ),
                env={"PVDIFY_STAND_IN_LISTEN": f"127.0.0.1:{entry}", **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.until(lambda: self.metrics("/healthcheck").status_code == 200, "it serves its metrics")

    def metrics(self, path: str) -> requests.Response:
        return requests.get(self._metrics + path, timeout=5)

    def asked(self, host: str, path: str = "/", **options: Any) -> requests.Response:
        """What a request for that host is answered."""
        method = options.pop("method", "GET")
        return requests.request(method, self.url + path, headers={"Host": host}, timeout=10, **options)

    def until_ready(self, status: int = 200) -> None:
        self.until(lambda: self.metrics("/ready").status_code == status, f"/ready is {status}")

    def until(self, happened: Any, what: str, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                if happened():
                    return
            except requests.RequestException:
                pass
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, f"{what}: not in {seconds} s\n{self.log.read_text()}"
            time.sleep(0.02)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(FILE), *arguments]


def module() -> ModuleType:
    """The program's own functions."""
    loader = SourceFileLoader("cloudflared_under_test", str(FILE))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    loaded = importlib.util.module_from_spec(spec)
    loader.exec_module(loaded)
    return loaded


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
