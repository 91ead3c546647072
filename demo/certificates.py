"""A small certificate authority for one server: the demo host has to be told to trust it."""

from ipaddress import IPv4Address
from pathlib import Path

from .commands import run

DAYS = 3650


def ensure(directory: Path, address: IPv4Address) -> None:
    """Makes ca.crt, and server.crt and server.key for `address`, where they are missing."""
    if (directory / "server.crt").exists():
        return
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", DAYS]
    authority = ["-keyout", directory / "ca.key", "-out", directory / "ca.crt", "-subj", "/CN=pvdify demo CA"]
    # Python 3.13 trusts no authority that does not say what its key is for.
    usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
    run(["openssl", "req", "-x509", *key, *authority, *usage], timeout=30)
    unfinished = directory / "server.crt.new"
    server = ["-keyout", directory / "server.key", "-out", unfinished, "-subj", f"/CN={address}"]
    signed = ["-CA", directory / "ca.crt", "-CAkey", directory / "ca.key"]
    names = ["-addext", f"subjectAltName=IP:{address}", "-addext", "basicConstraints=CA:FALSE"]
    run(["openssl", "req", "-x509", *key, *server, *signed, *names], timeout=30)
    unfinished.rename(directory / "server.crt")
