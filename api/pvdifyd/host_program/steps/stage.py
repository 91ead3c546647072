"""stage: write the release's units, and give its instances their ports. Nothing starts, nothing else is touched."""

from __future__ import annotations

import json
import shutil
from typing import Any

from .. import names, ports, proxy, systemctl
from ..answers import StepFailed, ended
from ..changes import Changes, read_or_none
from ..images import repository
from ..locks import app_lock, host_lock
from ..names import Instance
from ..proxy_file import bound_in, servers_in
from ..quadlets import Template, port_text
from ..record import health_of, recorded


def stage(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``units``, ``image``, ``digest``, ``processes`` {type: {command: list or None, count}},
    ``container_port``, ``healthcheck`` or None, ``bind_address``, ``bind_port``, ``start_timeout``, ``stop_timeout``.
    """
    busybox = shutil.which("busybox", path="/usr/bin:/bin")
    if busybox is None or not proxy.running():
        raise StepFailed(
            "host_not_prepared",
            "The host is not prepared: "
            + ("busybox is missing." if busybox is None else "pvdify's proxy is not up."),
            next_step="Prepare it: pvdifyd host prepare NAME, or ansible-playbook playbooks/host.yml",
        )
    with app_lock(request["app"]):
        _assert_address_free(request)
        with host_lock():
            _give_ports(request, changes)
        templates = [_template(request, process, busybox) for process in sorted(request["processes"])]
        for one in templates:
            changes.write(names.quadlet(one.app, one.process, one.units), one.text())
        _describe(request, changes)
        if not changes.check and any(_is_news_to_systemd(one) for one in templates):
            systemctl.reload()
    kinds = ", ".join(f"{count['count']} {kind}" for kind, count in sorted(request["processes"].items()))
    return ended("stage", f"units of release {request['units']}: {kinds}", changes.changed, changes.diff)


def _assert_address_free(request: dict[str, Any]) -> None:
    """The app's own address must be ours already, or nobody's. The record says whose it is; the proxy's file says it
    too where a run was cut off between the switch and the record of it."""
    app, address, port = request["app"], request["bind_address"], request["bind_port"]
    now = recorded(app)
    taken_by_us = {
        bound_in(read_or_none(names.proxy_file(app)) or ""),
        (now.address, now.port) if now else None,
    }
    ours = (address, port) in taken_by_us
    if not ours and not ports.is_free(port, address):
        raise StepFailed(
            "port_taken",
            f"Port {port} on {address} is in use on the host by something that is not {app}.",
            next_step=f"Give the app another one: pvdify apps:update {app} --bind-port PORT",
        )


def _give_ports(request: dict[str, Any], changes: Changes) -> None:
    """A port to each web instance that has none, or whose port somebody took while it was stopped."""
    if "web" not in request["processes"]:
        return
    app, units = request["app"], request["units"]
    instances = [
        Instance(app, "web", units, number + 1) for number in range(request["processes"]["web"]["count"])
    ]
    running = {one.unit for one in systemctl.running_instances(app)}
    homeless = [
        one
        for one in instances
        if (port := ports.port_of(one)) is None or (one.unit not in running and not ports.is_free(port))
    ]
    if not homeless:
        return
    free = ports.free(_ports_in_use(app))
    for instance, port in zip(homeless, free):
        changes.write(names.port_file(instance), port_text(port))


def _ports_in_use(app: str) -> set[int]:
    """Those given to anybody, and those the proxy still sends to."""
    return ports.given() | {server.port for server in servers_in(read_or_none(names.proxy_file(app)) or "")}


def _template(request: dict[str, Any], process: str, busybox: str) -> Template:
    return Template(
        app=request["app"],
        process=process,
        units=request["units"],
        image=f"{repository(request['image'])}@{request['digest']}",
        command=request["processes"][process]["command"],
        port=request["container_port"],
        health=health_of(process, request["healthcheck"]),
        busybox=busybox,
        start_timeout=request["start_timeout"],
        stop_timeout=request["stop_timeout"],
    )


def _is_news_to_systemd(template: Template) -> bool:
    """Whether the template was written after systemd last read it: by this run, or by one that was cut off."""
    key = (template.app, template.process, template.units)
    generated = names.generated_unit(*key)
    return not generated.exists() or generated.stat().st_mtime < names.quadlet(*key).stat().st_mtime


def _describe(request: dict[str, Any], changes: Changes) -> None:
    """What this release is, for a reader of the host who has no controller."""
    kept = ("image", "digest", "container_port", "healthcheck")
    described = {key: request[key] for key in kept}
    described["commands"] = {process: entry["command"] for process, entry in request["processes"].items()}
    path = names.release_folder(request["app"], request["units"]) / "release.json"
    changes.write(path, json.dumps(described, indent=2, sort_keys=True) + "\n")
