"""What a host is told of a release's config: plain values, and secrets as documents that only it can read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pvdifyd.models import App, Release
from pvdifyd.operations.config.secrets import documents
from pvdifyd.operations.config.versions import content_of, of_number

Environment = Mapping[str, Any]


def environment_of(app: App, release: Release) -> Environment:
    """{"version": number or null, "values": {key: text}, "secrets": {key: {"version", "digest", "document"}}}.

    The digest is the one that the release recorded: a document that took another's place does not fit it.
    """
    found = documents(app, {key: secret["version"] for key, secret in release.secrets.items()})
    return {
        "version": release.config_version,
        "values": dict(content_of(of_number(app, release.config_version)).values),
        "secrets": {
            key: {**secret, "document": found[key, secret["version"]]}
            for key, secret in release.secrets.items()
        },
    }
