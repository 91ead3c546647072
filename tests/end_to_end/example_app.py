"""What the documents' examples find when they are run: their app in some state, and their images in a registry."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from demo import images
from demo.podman import podman
from tests.end_to_end import documents, operations
from tests.end_to_end.world import World

APP = "myapp"
DOMAIN = "myapp.com"
# As the documents write them, and the sample app's image that stands behind each.
IMAGES = {"ghcr.io/org/app:v1.0.0": "v1", "ghcr.io/org/app:v1.2.3": "v2"}
OLDER, NEWER = IMAGES
_REGISTRY = "ghcr.io/org"
_DROP_IN = "/etc/containers/registries.conf.d/50-examples.conf"
_SECONDS = 180


@contextmanager
def images_in_place(world: World) -> Iterator[None]:
    """Has the host take those images from the demo's registry, as it would from a mirror within a company."""
    there = f"{world.settings.registry}/org"
    for name, tag in IMAGES.items():
        copy = f"{there}/{name.removeprefix(_REGISTRY).lstrip('/')}"
        podman(world.settings, "tag", world.image(tag), copy)
        images.push_as(world.settings, copy)
    text = f'[[registry]]\nprefix = "{_REGISTRY}"\nlocation = "{there}"\n'
    world.on_host("sh", "-c", 'printf "%s" "$1" >"$2"', "sh", text, _DROP_IN)
    try:
        yield
    finally:
        world.on_host("rm", _DROP_IN)


class ExampleApp:
    """Brings the app into the state that an example needs, whatever the one before has left."""

    def __init__(self, world: World) -> None:
        self._world = world

    def make(self, state: str) -> None:
        """`nothing`, `no_app`, `app`, `no_domain`, `domain`, `release` or `release_42`."""
        getattr(self, f"_{state}")()
        for number in [operation["id"] for operation in operations.still_open(self._world)]:
            operations.ended(self._world, number, seconds=_SECONDS)

    def _nothing(self) -> None:
        """The example stands for itself."""

    def _no_app(self) -> None:
        if self._exists():
            self._world.done("apps:destroy", APP, "--confirm", APP)

    def _app(self) -> None:
        if not self._exists():
            self._world.done("apps:create", APP)

    def _no_domain(self) -> None:
        self._app()
        if self._world.told("domains", APP):
            self._world.done("domains:clear", APP, "--confirm", APP)

    def _domain(self) -> None:
        self._app()
        self._world.done("domains:add", APP, DOMAIN)

    def _release(self) -> None:
        self._app()
        if not any(release["status"] == "active" for release in self._releases()):
            self._world.done("deploy", APP, "--image", NEWER)
        self._world.done("apps:update", APP, "--image", NEWER)

    def _release_42(self) -> None:
        """Release 41 has served, and 42 came after it; or what serves now is that once more."""
        self._app()
        if max((release["version"] for release in self._releases()), default=0) < 42:
            self._fail_as_release_40()
            self._world.done("deploy", APP, "--image", OLDER)
        if not any(one["status"] == "active" and one["image"] == NEWER for one in self._releases()):
            self._world.done("deploy", APP, "--image", NEWER)

    def _fail_as_release_40(self) -> None:
        """Forty deploys would take a minute: one fails, and its number is what it would be then."""
        number = operations.deploying(self._world, APP, f"{_REGISTRY}/app:mistyped")
        operations.ended(self._world, number, seconds=_SECONDS)
        change = "UPDATE release SET version = 40 WHERE version = ? AND app_id = (SELECT id FROM app WHERE name = ?)"
        latest = max(release["version"] for release in self._releases())
        documents.rows(documents.of_world(self._world), change, latest, APP)

    def _exists(self) -> bool:
        return self._world.api("GET", f"/apps/{APP}").status_code == 200

    def _releases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._world.told("releases", APP)
        return found
