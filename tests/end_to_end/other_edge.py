"""Another edge of the host, for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.end_to_end import edge
from tests.end_to_end.world import World


@contextmanager
def other_edge(world: World, kind: str, *options: str) -> Iterator[None]:
    """Has this edge meanwhile, and afterwards the one that the host had: none, or Cloudflare's stand-in.

    Nothing is done where it is `kind` already. Domains that have records must be gone by then.
    """
    before = world.told("edge")["kind"]
    try:
        if before != kind:
            world.done("edge:set", kind, *options)
        yield
    finally:
        if world.told("edge")["kind"] != before:
            _set_again(world, before)


def _set_again(world: World, kind: str) -> None:
    if kind == "cloudflare":
        edge.make(world)
    else:
        world.done("edge:set", kind)
