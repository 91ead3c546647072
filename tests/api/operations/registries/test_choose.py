"""Which credential an image is pulled with: its registry's, on its host, the app's own first."""

from __future__ import annotations

import pytest

from pvdifyd.inventory import of_release
from pvdifyd.models import App, Host, RegistryCredential, Release
from pvdifyd.operations.formation import Formation
from pvdifyd.operations.registries.choose import credential_for, credential_variables
from pvdifyd.settings import Settings


def app_on(host: Host, name: str, port: int = 3000) -> App:
    return App.create(name=name, environment="production", host=host, processes={}, bind_port=port)


def sign_in(host: Host, app: App | None, registry: str, username: str = "u") -> RegistryCredential:
    return RegistryCredential.create(
        host=host,
        app=app,
        registry=registry,
        username=username,
        document="{}",
        recipient="age1x",
        created_by="t",
    )


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("ghcr.io/acme/myapp:v2", "ghcr.io"),
        ("GHCR.io/acme/myapp", "ghcr.io"),
        ("ghcr.io:443/acme/myapp", "ghcr.io:443"),
        ("10.0.0.1:5000/myapp", "10.0.0.1:5000"),
        ("nginx", "docker.io"),
        ("acme/myapp:v2", "docker.io"),
        ("index.docker.io/acme/myapp", "docker.io"),
    ],
)
def test_it_is_that_of_the_images_registry(host: Host, image: str, registry: str) -> None:
    app = app_on(host, "myapp")
    for one in ("ghcr.io", "ghcr.io:443", "10.0.0.1:5000", "docker.io"):
        sign_in(host, app, one)
    chosen = credential_for(app, image)
    assert chosen is not None
    assert chosen.registry == registry


@pytest.mark.parametrize("own_first", [True, False])
def test_the_apps_own_wins_over_that_of_all_apps(host: Host, own_first: bool) -> None:
    app = app_on(host, "myapp")
    for owner, username in sorted(
        [(app, "own"), (None, "all")], key=lambda one: (one[0] is None) == own_first
    ):
        sign_in(host, owner, "ghcr.io", username)
    chosen = credential_for(app, "ghcr.io/acme/myapp")
    assert chosen is not None
    assert chosen.username == "own"


def test_nobody_gets_that_of_another_app_or_host(host: Host) -> None:
    app, other = app_on(host, "myapp"), app_on(host, "other", 3001)
    away = Host.create(name="away")
    sign_in(host, other, "ghcr.io")
    sign_in(away, None, "ghcr.io")
    assert credential_for(app, "ghcr.io/acme/myapp") is None
    assert credential_variables(app, "ghcr.io/acme/myapp") is None


def test_a_playbook_is_told_it_with_the_document(host: Host) -> None:
    app = app_on(host, "myapp")
    sign_in(host, None, "ghcr.io")
    told = {"registry": "ghcr.io", "username": "u", "app": None, "document": "{}"}
    assert credential_variables(app, "ghcr.io/acme/myapp") == told
    sign_in(host, app, "ghcr.io")
    release = Release(app=app, version=1, units=1, image="ghcr.io/acme/myapp", processes={}, secrets={})
    variables = of_release(app, release, Formation({}), Settings.from_environment({}))
    assert variables["credential"] == {**told, "app": "myapp"}
