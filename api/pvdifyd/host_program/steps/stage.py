"""stage: write the release's units, and give its instances their ports. Nothing starts, nothing else is touched."""

from __future__ import annotations

import json
import shutil
from typing import Any

from .. import carried, groups, names, ports, proxy, systemctl
from ..answers import StepFailed, ended
from ..changes import Changes, read_or_none
from ..images import repository
from ..limits import limits_of
from ..locks import app_lock, host_lock
from ..names import Instance
from ..port_allocation import give_ports
from ..proxy_file import bound_in
from ..quadlets import Limits, Template, service_text
from ..record import counts_of, health_of, recorded
from ..under_way import enter


def stage(request: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Request: ``app``, ``units``, ``image``, ``digest``, ``processes`` {type: {command: list or None, count}},
    ``container_port``, ``healthcheck`` or None, ``bind_address``, ``bind_port``, ``resources`` {memory, cpu} or None,
    ``keys`` (of the config vars), ``start_timeout``, ``stop_timeout``.
    """
    busybox = shutil.which("busybox", path="/usr/bin:/bin")
    if busybox is None or not proxy.running():
        raise StepFailed(
            "host_not_prepared",
            "The host is not prepared: "
            + ("busybox is missing." if busybox is None else "pvdify's proxy is not up."),
            next_step="Prepare it: pvdifyd host prepare NAME, or ansible-playbook playbooks/host.yml",
        )
    limits = limits_of(request.get("resources"))
    with app_lock(request["app"]):
        enter("stage", request, changes)
        _assert_address_free(request)
        with host_lock():
            carried.keep_copy(changes)
            if request.get("keys"):
                groups.write_environment_template(changes)
            give_ports(_web_instances(request), changes)
        templates = [_template(request, process, busybox, limits) for process in sorted(request["processes"])]
        for one in templates:
            changes.write(names.quadlet(one.app, one.process, one.units), one.text())
            changes.write(names.service_drop_in(one.app, one.process, one.units), service_text())
        _describe(request, changes)
        _boot_both(request, changes)
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


def _template(request: dict[str, Any], process: str, busybox: str, limits: Limits | None) -> Template:
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
        limits=limits,
        keys=sorted(request.get("keys") or ()),
    )


def _boot_both(request: dict[str, Any], changes: Changes) -> None:
    """Until the switch is complete, a reboot brings up the release that serves and the one that is on its way: either
    may be the one that the proxy's file names then. systemd needs no reload for what it only reads at boot."""
    now = recorded(request["app"])
    if now is None or now.units == request["units"] or "web" not in now.counts:
        return
    coming = _web_instances(request)
    if coming:
        changes.write(names.UNITS / groups.coming_path(now.app, "web"), groups.coming_text(coming))


def _web_instances(request: dict[str, Any]) -> list[Instance]:
    count = counts_of(request["processes"]).get("web", 0)
    return [Instance(request["app"], "web", request["units"], number + 1) for number in range(count)]


def _is_news_to_systemd(template: Template) -> bool:
    """Whether the template was written after systemd last read it: by this run, or by one that was cut off."""
    key = (template.app, template.process, template.units)
    generated = names.generated_unit(*key)
    written = max(path.stat().st_mtime for path in (names.quadlet(*key), names.service_drop_in(*key)))
    return not generated.exists() or generated.stat().st_mtime < written


def _describe(request: dict[str, Any], changes: Changes) -> None:
    """What this release is, for a reader of the host who has no controller."""
    kept = ("image", "digest", "container_port", "healthcheck")
    described = {key: request[key] for key in kept}
    described["commands"] = {process: entry["command"] for process, entry in request["processes"].items()}
    path = names.release_folder(request["app"], request["units"]) / "release.json"
    changes.write(path, json.dumps(described, indent=2, sort_keys=True) + "\n")
