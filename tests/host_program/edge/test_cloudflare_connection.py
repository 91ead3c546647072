"""Whom a host's calls to Cloudflare's API go to."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest

from demo.stand_ins.cloudflare.server import Server
from demo.stand_ins.cloudflare.stand_in import StandIn
from pvdifyd.host_program.edge.cloudflare_connection import Call, Connection

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", "req", "-x509", *KEY, *words], cwd=folder, check=True, capture_output=True)


def test_an_authority_as_openssl_makes_it_by_itself_is_trusted_by_every_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openssl(tmp_path, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=mine")
    signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1"]
    server_key = ["-keyout", "server.key", "-out", "server.crt", "-subj", "/CN=127.0.0.1"]
    openssl(tmp_path, *server_key, *signed, "-addext", "basicConstraints=CA:FALSE")
    usual = ssl.create_default_context

    def as_from_3_13_on() -> ssl.SSLContext:
        context = usual()
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl, "create_default_context", as_from_3_13_on)
    server = Server(StandIn(), certificate=tmp_path / "server.crt", key=tmp_path / "server.key")
    server.start()
    try:
        connection = Connection(server.endpoint, "token", (tmp_path / "ca.crt").read_text())
        status, _, _ = connection.exchange(Call("GET", "/zones", {}), timeout=5)
        connection.close()
    finally:
        server.stop()
    assert status == 403, "it answers, and does not know the token"
