"""The document a playbook reads its hosts and apps from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pvdifyd import models
from pvdifyd.models import App, Host, Release
from pvdifyd.models.host import SSH
from pvdifyd.models.release import ACTIVE, SUPERSEDED
from pvdifyd.operations import find
from pvdifyd.operations.config.environment import environment_of
from pvdifyd.operations.domains import touched
from pvdifyd.operations.domains.touched import Touched
from pvdifyd.operations.edge import document as edge
from pvdifyd.operations.formation import Formation, stored
from pvdifyd.operations.registries.choose import credential_variables
from pvdifyd.operations.variables import BY_HAND, Run, app_variables, kept_units, release_variables
from pvdifyd.settings import Settings

Document = dict[str, Any]


def document(hosts: Iterable[Host], apps: Iterable[dict[str, Any]] = ()) -> Document:
    """The document of these hosts, and of these apps' variables."""
    return {
        "hosts": {host.name: host_variables(host) for host in hosts},
        "apps": {variables["app"]: variables for variables in apps},
    }


def host_variables(host: Host) -> dict[str, Any]:
    """How a host is reached, and the registries it shall trust."""
    if host.connection != SSH:
        return {"connection": host.connection, "registry_certificates": host.registry_certificates}
    return {
        "connection": host.connection,
        "address": host.address,
        "port": host.port,
        "user": host.user,
        "identity_file": host.identity_file,
        "known_hosts_file": host.known_hosts_file,
        "registry_certificates": host.registry_certificates,
    }


def release_document(
    app: App, release: Release, formation: Formation, settings: Settings, run: Run
) -> Document:
    """The document that brings one release to its host with this formation."""
    return document([app.host], [of_release(app, release, formation, settings, run)])


def removal_document(app: App, settings: Settings, operation: int) -> Document:
    """The document that removes an app from its host."""
    return document([app.host], [app_variables(app, settings, operation)])


def rotation_document(host: Host, rotation: dict[str, Any]) -> Document:
    """The document for a step of the rotation of a host's key."""
    return {**document([host]), "rotation": rotation}


def edge_document(host: Host, about: Touched, operation: int) -> Document:
    """The document that brings a host its edge and all of its routes, and these domains their records."""
    return {**document([host]), "edges": {host.name: edge.variables(host, about, operation)}}


def of_release(
    app: App, release: Release, formation: Formation, settings: Settings, run: Run = BY_HAND
) -> dict[str, Any]:
    """The variables of one release, with the images to keep read from the app's history."""
    served = Release.select().where((Release.app == app) & Release.status.in_((ACTIVE, SUPERSEDED)))
    kept = kept_units(release, list(served), settings.keep_releases)
    variables = release_variables(
        app, release, formation, kept, settings, run, environment=environment_of(app, release)
    )
    return {**variables, "credential": credential_variables(app, release.image)}


def database_document(settings: Settings | None = None) -> Document:
    """Every host with all of its domains, and every app's active release, for playbooks run by hand."""
    settings = settings or Settings.from_environment()
    models.connect(settings.database)
    models.connected()
    served = [(app, find.active_release(app)) for app in App.select().order_by(App.name)]
    apps = [
        of_release(app, release, stored(app, release), settings)
        for app, release in served
        if release is not None
    ]
    hosts = list(Host.select().order_by(Host.name))
    edges = {host.name: edge.variables(host, touched.of_host(host)) for host in hosts}
    return {**document(hosts, apps), "edges": edges}
