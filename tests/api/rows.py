"""Rows as they are when pvdifyd has worked for a while, for tests that start there."""

from pvdifyd.models import App, Release


def two_releases(app: App) -> None:
    """The first, which was replaced, and the second, which serves; with the first version of the app's config."""
    for version, status in ((1, "superseded"), (2, "active")):
        Release.create(
            app=app,
            version=version,
            units=version,
            image=f"nginx:{version}",
            digest=f"sha256:{'ab' * 32}",
            processes=app.processes,
            status=status,
            config_version=1,
            created_by="tester",
        )
