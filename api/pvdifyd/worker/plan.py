"""From an operation's row to what is run for it, what is run to take it back, and what its app takes over."""

from __future__ import annotations

from typing import Any

from pvdifyd import inventory
from pvdifyd.models import App, Operation, Release
from pvdifyd.models.operation import (
    CONFIG,
    DEPLOY,
    DESTROY,
    DOMAINS,
    EDGE,
    RELEASING,
    RESOURCES,
    RESTART,
    ROLLBACK,
    ROUTING,
    SCALE,
    START,
    STOP,
)
from pvdifyd.operations import find, resources
from pvdifyd.operations.config.release import cancelled_before, counts_of, formation_of
from pvdifyd.operations.config.stored import stored_beside
from pvdifyd.operations.formation import Counts, Formation, of_release, stored
from pvdifyd.operations.variables import Run
from pvdifyd.settings import Settings
from pvdifyd.worker.change import Change, Plan
from pvdifyd.worker.domains import planned

PLAYBOOKS = {
    DEPLOY: "deploy",
    ROLLBACK: "deploy",
    CONFIG: "deploy",
    DESTROY: "remove",
    SCALE: "scale",
    STOP: "scale",
    START: "scale",
    RESTART: "restart",
    RESOURCES: "resources",
    EDGE: "edge",
    DOMAINS: "domains",
}

_FOLLOWED = "Operation {}, whose release it was to bring the config to, was cancelled, and nothing serves."


def plan_of(operation: Operation, settings: Settings) -> Plan:
    """The plan of an operation that has been claimed, by the rows as they are now."""
    if operation.kind in ROUTING:
        return _routing(operation)
    app = operation.app
    assert app is not None
    if operation.kind == DESTROY:
        return _destroying(operation, app, settings)
    if operation.kind in RELEASING:
        return _releasing(operation, app, settings)
    serving = find.active_release(app)
    arguments = operation.arguments or {}
    if operation.kind == RESOURCES:
        return _limiting(operation, app, serving, arguments["resources"], settings)
    assert serving is not None, "an app whose release serves has one until it is removed"
    return _changing(operation, app, serving, arguments, settings)


def _routing(operation: Operation) -> Plan:
    """Domains, edge: nothing of any app changes, and all of its host's routes are told."""
    found = planned(operation)
    playbook = PLAYBOOKS[operation.kind] if found.document is not None else None
    return Plan(playbook, found.document or {}, note=found.note, refused=found.refused, touched=found.touched)


def _destroying(operation: Operation, app: App, settings: Settings) -> Plan:
    """The app's domains go before the app: no request may come for what is no longer there."""
    document = inventory.removal_document(app, settings, operation.id)
    found = planned(operation)
    before = (PLAYBOOKS[DOMAINS], found.document) if found.document is not None else None
    return Plan(
        PLAYBOOKS[DESTROY],
        document,
        before=before,
        note=found.note,
        refused=found.refused,
        touched=found.touched,
    )


def _releasing(operation: Operation, app: App, settings: Settings) -> Plan:
    """Deploy, rollback, config: a release replaces the one that serves. A new config changes nothing else of the slot,
    not even what the next deploy will."""
    release = find.release_of(operation)
    if operation.kind == CONFIG:
        cancelled = cancelled_before(operation)
        if cancelled is not None:
            return Plan(None, {}, pointless=_FOLLOWED.format(cancelled.id))
        formation, port = formation_of(operation, app, release), app.bound_port or app.bind_port
    else:
        formation, port = of_release(app, release), app.bind_port
    document = inventory.release_document(
        app, release, formation, settings, Run(operation.id, bind_port=port)
    )
    counts = counts_of(operation)
    change, note = Change(formation, counts, bound_port=port), _left_out(release, formation, counts)
    return Plan(PLAYBOOKS[operation.kind], document, ("discard", document), change=change, note=note)


def _changing(
    operation: Operation, app: App, release: Release, arguments: dict[str, Any], settings: Settings
) -> Plan:
    """Scale, stop, start, restart: what runs of the release goes from one formation to another."""
    before = stored(app, release)
    after, change, run = before, Change(), Run(operation.id)
    note = None
    if operation.kind == SCALE:
        counts = arguments["processes"]
        after = before.scaled(counts)
        change = Change(after, counts)
        starts = any(counts[process] for process in before.stopped & counts.keys())
        notes = (_left_out(release, before, counts), stored_beside(app, release) if starts else None)
        note = " ".join(filter(None, notes)) or None
    elif operation.kind == STOP:
        after = before.stopping(arguments["process"])
        change = Change(after)
    elif operation.kind == START:
        after = before.starting(arguments["process"])
        change = Change(after)
        note = stored_beside(app, release)
    else:
        run = Run(operation.id, restart=arguments)
    document = inventory.release_document(app, release, after, settings, run)
    back = inventory.release_document(app, release, before, settings, Run(operation.id))
    return Plan(PLAYBOOKS[operation.kind], document, ("scale", back), change=change, note=note)


def _left_out(release: Release, formation: Formation, counts: Counts) -> str | None:
    unknown = sorted(counts.keys() - formation.counts.keys())
    if not unknown:
        return None
    return f"Release {release.version} no longer has {', '.join(unknown)}; the others are scaled."


def _limiting(
    operation: Operation,
    app: App,
    release: Release | None,
    asked: resources.Resources,
    settings: Settings,
) -> Plan:
    before = resources.of(app)
    wanted = {**before, **asked}
    change = Change(resources=wanted)
    if release is None:
        note = "No release serves; the next one has the new limits."
        return Plan(None, {}, change=change, note=note)
    run = Run(operation.id, resources=wanted, resources_before=before)
    document = inventory.release_document(app, release, stored(app, release), settings, run)
    return Plan(PLAYBOOKS[operation.kind], document, change=change)
