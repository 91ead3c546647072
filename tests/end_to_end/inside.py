"""What a running container has in its environment, byte for byte."""

import base64

from tests.end_to_end.world import World

# On the host: the environment of a container's first process, as the kernel has it. base64, since ssh's answer is text.
_READ = """base64 -w0 "/proc/$(podman inspect --format '{{.State.Pid}}' "$1")/environ" """


def container(world: World, app: str, process: str = "web") -> str:
    """The container of the first instance that serves."""
    unit = next(one["unit"] for one in instances(world, app) if one["process"] == process)
    return str(unit).removesuffix(".service").replace("@", "-")


def environment(world: World, app: str, process: str = "web") -> dict[str, str]:
    """The variables of that instance, decoded as UTF-8. No variable may be there twice."""
    raw = world.on_host("sh", "-c", _READ, "sh", container(world, app, process))
    entries = base64.b64decode(raw).removesuffix(b"\0").split(b"\0")
    pairs = [entry.decode().partition("=")[::2] for entry in entries]
    assert len({key for key, _ in pairs}) == len(pairs), sorted(key for key, _ in pairs)
    return dict(pairs)


def instances(world: World, app: str) -> list[dict[str, object]]:
    """The instances of the release that serves, asked of the API: the command line takes longer."""
    listed = world.api("GET", f"/apps/{app}/ps").json()
    return sorted(
        (one for one in listed if one["role"] == "current"),
        key=lambda one: (one["process"], one["instance"]),
    )
