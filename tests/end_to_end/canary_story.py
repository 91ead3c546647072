"""All that is done with a secret, and all that goes wrong with it, while somebody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.end_to_end.canary import Canary
from tests.end_to_end.watching import Watch
from tests.end_to_end.world import World

APP, REGISTRY = "hushed", "registry.example:5000"
IDENTITY, ASIDE = "/etc/pvdify/identity.txt", "/root/identity.aside"


@dataclass
class Story:
    """What was done with the canary, and what was said meanwhile, by command or request."""

    world: World
    canary: Canary
    watch: Watch
    said: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, given: str = "", code: int = 0) -> None:
        finished = self.world.given(given, *words)
        text = finished.stdout + finished.stderr
        assert finished.returncode == code, text
        self.said[f"{len(self.said)}: {' '.join(words)}"] = text

    def refused(self, path: str, body: object) -> None:
        answer = self.world.api("PUT", path, json=body)
        assert answer.status_code >= 400
        self.said[f"{len(self.said)}: PUT {path}"] = f"{answer.text}\n{answer.headers}"


@contextmanager
def told(world: World) -> Iterator[Story]:
    """Set, deployed, set anew, rolled back, rotated, and made to fail, with Ansible saying all it does."""
    world.start_daemon(ANSIBLE_VERBOSITY="3")
    try:
        with Watch(Canary()) as watch:
            story = Story(world, watch.canary, watch)
            it_is_used(story)
            it_is_made_to_fail(story)
            it_is_refused(story)
            story.run("deploy", APP, "--image", world.image("v2"))
            for command in ("config", "config:export", "config:versions", "releases", "ps", "registries"):
                story.run(command, "--app", APP)
            yield story
    finally:
        world.start_daemon()


def it_is_used(story: Story) -> None:
    image, value = story.world.image, story.canary.value
    # podman keeps what a check is run with in a file, as long as that takes: there is none while files are searched.
    story.run("apps:create", APP, "--health-path", "/health", "--health-interval", "1h")
    story.run("registry:login", REGISTRY, "-u", "me", "--password-stdin", "-a", APP, given=story.canary.line)
    story.run("config:set", APP, "TOKEN", "--secret", given=value)
    story.run("deploy", APP, "--image", image("v1"))
    story.run("config:set", APP, "TOKEN", "--secret", given=value)
    story.run("rollback", APP)
    story.run("secrets:rotate")


def it_is_made_to_fail(story: Story) -> None:
    """By an image that crashes, by a config that crashes, and by an identity that can't read it."""
    world = story.world
    story.run("deploy", APP, "--image", world.image("crash"), code=1)
    story.run("config:set", APP, "EXIT_AT_START=1", code=1)
    story.run("config:unset", APP, "EXIT_AT_START", "--no-restart")
    world.on_host("mv", IDENTITY, ASIDE)
    world.on_host("age-keygen", "-o", IDENTITY)
    story.run("deploy", APP, "--image", world.image("v2"), code=1)
    world.on_host("mv", ASIDE, IDENTITY)


def it_is_refused(story: Story) -> None:
    path, value = f"/apps/{APP}/config", story.canary.value
    for body in (
        {"secrets": {"TOKEN": value + "\0"}},
        {"secrets": {"TOKEN": value * 1000}},
        {"secrets": {"not a key": value}},
        {"secrets": {"TOKEN": [value]}},
        {"secrets": value},
        {"secret": {"TOKEN": value}},
        {"config": {"TOKEN": value}, "secrets": {"TOKEN": value}},
        value,
    ):
        story.refused(path, body)
    story.refused(f"/registries/{REGISTRY}", {"username": "me", "password": value})
    story.refused(f"/registries/{REGISTRY}", {"username": "me", "passwort": story.canary.line})
