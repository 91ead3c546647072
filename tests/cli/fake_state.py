"""What the fake server holds: apps, releases, operations and their events, in the API's shapes."""

from __future__ import annotations

from typing import Any

from tests.cli.fake_access import Access
from tests.cli.fake_config import Config
from tests.cli.fake_domains import Domains
from tests.cli.fake_log import NOW, Json, Log

TOKEN = "pvd_right"
RELEASING = ("pull", "stage", "start", "switch", "retire")
PHASES = {
    "deploy": RELEASING,
    "rollback": RELEASING,
    "config": RELEASING,
    "rotate": ("reencrypt", "forget"),
    "destroy": ("remove",),
    "scale": RELEASING[1:],
    "stop": RELEASING[1:],
    "start": RELEASING[1:],
    "restart": ("stage", "restart"),
    "resources": ("stage", "restart"),
    "domains": ("ingress", "dns"),
    "edge": ("ingress", "dns"),
}
REASON: Json = {
    "code": "instance_exited",
    "message": "web instance 1 ended at its start.",
    "phase": "start",
    "probe": "GET http://127.0.0.1:41001/health: connection refused",
    "exit_code": 3,
    "logs": ["listening soon", "\x1b[31mfatal\x1b[0m: no database\x07"],
    "next_step": "Look at the log lines, mend the image and deploy again.",
}


CANCELLED: Json = {
    "code": "cancelled",
    "message": "It was cancelled before the switch.",
    "phase": "start",
    "next_step": "The release before it serves as it did.",
}


class State:
    """Images decide the outcome: one that contains `crash` fails where it can, `endless` never ends by itself."""

    def __init__(self) -> None:
        self.access = Access()
        self.access.make("tests", text=TOKEN)
        self.apps: dict[str, Json] = {}
        self.releases: dict[str, list[Json]] = {}
        self.operations: list[Json] = []
        self.events: dict[int, list[Json]] = {}
        self.instances: list[Json] = []
        self.config: dict[str, Config] = {}
        self.registries: list[Json] = []
        self.passwords: dict[tuple[str, str | None], str] = {}
        """By registry and app: what a real server could not give."""
        local = {"name": "local", "connection": "local", "address": None, "recipient": "age1local", "apps": 0}
        self.hosts: list[Json] = [local]
        self.domains = Domains()
        self.log = Log()
        self.switched: set[int] = set()
        """Running operations that can't be cancelled any more."""
        self.ends_before_cancelled = ""
        """`succeeded` or `failed`: how an operation ends that is cancelled too late."""

    def create(self, fields: Json) -> Json:
        app = {
            "environment": "production",
            "host": "local",
            "image": None,
            "processes": {"web": {"command": None, "count": 1, "overlap": True}},
            "resources": {"memory": "512M", "cpu": 0.5},
            "domains": [],
            "stopped": [],
            "bind_port": 3000 + len(self.apps),
            "container_port": None,
            "healthcheck": None,
            **fields,
            "release": None,
            "config_version": None,
            "running_config_version": None,
            "status": "empty",
            "created_at": NOW,
            "updated_at": NOW,
        }
        self.apps[app["name"]] = app
        self.releases[app["name"]] = []
        self.config[app["name"]] = Config()
        return app

    def release(
        self,
        app: str,
        image: str,
        kind: str = "deploy",
        rollback_of: int | None = None,
        config_of: Json | None = None,
    ) -> Json:
        """Make a release; its config is the current one, or that of another release."""
        shown = self.config[app].shown()
        digest = "cd" * 32
        secrets = {key: {"version": set_in, "digest": digest} for key, set_in in shown["secrets"].items()}
        config = config_of or {"config_version": shown["version"], "secrets": secrets}
        version = len(self.releases[app]) + 1
        operation = self.operation(kind, app, version, image)
        good = operation["status"] != "failed"
        release = {
            "version": version,
            "app": app,
            "image": image,
            "digest": "sha256:" + "ab" * 32,
            "config_version": config["config_version"],
            "secrets": config["secrets"],
            "status": "active" if good else "failed",
            "reason": None if good else REASON,
            "rollback_of": rollback_of,
            "processes": self.apps[app]["processes"],
            "healthcheck": self.apps[app]["healthcheck"],
            "container_port": 8080,
            "created_at": NOW,
            "created_by": "tests",
            "finished_at": NOW,
            "operation": operation["id"],
        }
        if good:
            for earlier in self.releases[app]:
                earlier["status"] = "superseded" if earlier["status"] == "active" else earlier["status"]
            running = {"running_config_version": release["config_version"]}
            self.apps[app] |= {"image": image, "release": version, "status": "live", **running}
        self.releases[app].append(release)
        return release

    def handled(self, app: Json, verb: str, body: Json) -> None:
        """Let an app be as it is after a scale, stop or start that went well."""
        counts = body.get("processes") or {}
        for process, count in counts.items():
            app["processes"][process]["count"] = count
        named = [*counts] or ([body["process"]] if "process" in body else [*app["processes"]])
        others = [process for process in app["stopped"] if process not in named]
        app["stopped"] = sorted(others + named) if verb == "stop" else others

    def cancel(self, operation: Json) -> None:
        """End a running operation as cancelled; or as it ends by itself before that."""
        status = self.ends_before_cancelled or "cancelled"
        events = self.events[operation["id"]]
        if status == "cancelled":
            self._event(events, operation, type="phase", phase="discard", status="ok", seconds=0.5)
        operation["error"] = {"cancelled": CANCELLED, "failed": REASON}.get(status)
        operation |= {"status": status, "cancel_requested": True, "finished_at": NOW}
        self._event(events, operation, type="status", status=status, message="Ended.")

    def operation(
        self, kind: str, app: str | None, version: int | None, image: str = "", arguments: Json | None = None
    ) -> Json:
        crash, endless = "crash" in image, "endless" in image
        status = "failed" if crash else "running" if endless else "succeeded"
        operation: Json = {
            "id": len(self.operations) + 1,
            "kind": kind,
            "app": app,
            "release": version,
            "status": status,
            "error": REASON if crash else None,
            "arguments": arguments,
            "cancel_requested": False,
            "created_by": "tests",
            "created_at": NOW,
            "started_at": NOW,
            "finished_at": None if endless else NOW,
        }
        self.operations.append(operation)
        events = self.events[operation["id"]] = []
        self._event(events, operation, type="status", status="queued", message="Queued.")
        self._event(events, operation, type="status", status="running", message="Running.")
        for phase in PHASES[kind]:
            self._event(events, operation, type="phase", phase=phase, status="started")
            if endless:
                return operation
            ended = "failed" if crash and phase in ("start", "restart") else "ok"
            self._event(
                events,
                operation,
                type="phase",
                phase=phase,
                status=ended,
                seconds=1.25,
                message=f"{phase} is {ended}",
            )
            if ended == "failed":
                break
        self._event(events, operation, type="status", status=status, message="Ended.")
        return operation

    def _event(self, events: list[Json], operation: Json, **fields: Any) -> None:
        number = operation["id"] * 1000 + len(events)
        blank: Json = {"phase": None, "status": None, "message": "", "seconds": None, "data": {}}
        events.append({"id": number, "operation": operation["id"], "at": NOW, **blank, **fields})
