"""gunicorn around the application: threads that can stream, TLS, an orderly end."""

from __future__ import annotations

import contextlib
import importlib
import socket
import ssl
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from pvdifyd import models, sops
from pvdifyd.http import malformed
from pvdifyd.http.application import create_application
from pvdifyd.http.client_socket import ClientSocket
from pvdifyd.http.rate_limit.quota import Quota
from pvdifyd.http.services import Services, StreamLimit
from pvdifyd.queue import JobQueue
from pvdifyd.reading.client import ReaderClient
from pvdifyd.settings import Settings
from pvdifyd.signals import set_from_handler
from pvdifyd.system_account import account_of, become

# Seconds that requests have to end when the server stops.
STOP_TIMEOUT = 30

# Modules that Python and Flask load only when they are first needed.
IMPORTED_LATE = ("concurrent.futures.thread", "encodings.idna")

# Set when the server stops, so that the streams end. One server runs in a process.
stopping = threading.Event()


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's thread worker, which here also ends streams."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop gently: no new requests, streams end, requests are answered."""
        set_from_handler(stopping)
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Stop at once, which an open stream would hold up."""
        set_from_handler(stopping)
        super().handle_quit(sig, frame)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer what is no request; gunicorn would repeat in its log what was sent."""
        malformed.refuse(client, str(addr[0]) if addr else "", exc)

    def is_parent_alive(self) -> bool:
        """Whether the process that started this one lives. If not, the port is given up at once: whoever starts the
        server again must not wait until the last stream has ended."""
        alive = bool(super().is_parent_alive())
        if not alive:
            stopping.set()
            self.set_accept_enabled(False)
            for listener in self.sockets:
                listener.close()
        return alive


class Server(BaseApplication):  # type: ignore[misc]
    """The API's server for these settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tls: ssl.SSLContext | None = None
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's settings."""
        values: dict[str, Any] = {
            "bind": str(self._settings.listen),
            "worker_class": "pvdifyd.http.server.Worker",
            "workers": 1,
            "threads": self._settings.threads,
            "certfile": str(self._settings.certificate_path),
            "keyfile": str(self._settings.key_path),
            "ssl_context": self._tls_context,
            "graceful_timeout": STOP_TIMEOUT,
            "keepalive": 15,
            # The requests are logged by the application, with their ids.
            "accesslog": None,
            "loglevel": "warning",
            "logger_class": "pvdifyd.http.server_log.ServerLog",
            "limit_request_line": malformed.LINE_LIMIT,
            "limit_request_fields": malformed.FIELDS_LIMIT,
            "limit_request_field_size": malformed.FIELD_LIMIT,
            "control_socket_disable": True,
            "proc_name": "pvdifyd",
            "on_starting": self._give_up_root,
        }
        account = account_of(self._settings.user)
        if account is not None:
            values.update(user=account[0], group=account[1])
        for name, value in values.items():
            self.cfg.set(name, value)

    def _give_up_root(self, _arbiter: Any) -> None:
        # The account may have no way into the folders that Python's modules are in; no socket is open yet.
        for module in IMPORTED_LATE:
            importlib.import_module(module)
        # Nor into sops'; where there is none, who sets a secret is told.
        with contextlib.suppress(OSError):
            sops.open_program()
        become(self._settings.user)

    def load(self) -> Flask:
        """The application, in the process that answers."""
        models.connect(self._settings.database)
        return create_application(
            Services(
                queue=JobQueue(self._settings.queue_path),
                reader=ReaderClient(self._settings.reader_path),
                streams=StreamLimit(self._settings.streams),
                stopping=stopping,
                quota=Quota(self._settings.requests_per_minute),
            )
        )

    def _tls_context(self, _config: Any, make_default: Any) -> ssl.SSLContext:
        # gunicorn asks for each connection; the certificate is read once.
        if self._tls is None:
            self._tls = make_default()
            self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
            self._tls.sslsocket_class = ClientSocket.of(stopping)
        return self._tls
