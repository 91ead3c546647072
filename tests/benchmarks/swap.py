"""`make benchmark`: a swap of two instances by `pvdify deploy`, against the same swap typed by hand on the same host.

The two take turns, so that what the machine does besides meets both. The ratio is what counts: how much pvdify adds to
what systemd, podman and the health check take by themselves.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Network

from demo.__main__ import remove
from demo.lock import alone
from demo.settings import CHECKOUT, Settings
from tests.benchmarks.by_hand import ByHand
from tests.end_to_end import making
from tests.end_to_end.operations import seconds_of
from tests.end_to_end.world import HEALTH, World

PAIRS = 7
APP = "swap"
PARTS = ("pull", "stage", "start", "switch", "retire")
Parts = dict[str, float]


def main() -> None:
    with made() as world:
        world.done("apps:create", APP, "--process", "web=2", *HEALTH)
        # Twice, so that from then on each swap also stops the release before the last.
        for tag in ("v1", "v2"):
            world.done("deploy", APP, "--image", world.image(tag))
        by_hand = ByHand(world, APP, world.image("v2"))
        by_hand.swap(world.image("v1"))
        print(f"\n{PAIRS} swaps each, taking turns:\n\n  by hand    pvdify    ratio", flush=True)
        pairs = [one_pair(world, by_hand, ("v1", "v2")[number % 2]) for number in range(PAIRS)]
    report(pairs)


@contextmanager
def made() -> Iterator[World]:
    settings = Settings(
        name="pvdify-bench",
        directory=CHECKOUT / ".test" / "benchmarks",
        network=IPv4Network("10.89.81.0/24"),
        listen="127.0.0.1:9743",
    )
    with alone(settings.directory):
        try:
            yield making.make(settings)
        finally:
            remove(settings)


def one_pair(world: World, by_hand: ByHand, tag: str) -> tuple[Parts, Parts]:
    image = world.image(tag)
    typed = by_hand.swap(image)
    typed["whole"] = sum(typed.values())
    begun = time.monotonic()
    operation = world.told("deploy", APP, "--image", image)["operation"]["id"]
    whole = time.monotonic() - begun
    deployed = {**seconds_of(world, operation), "whole": whole}
    print(f"  {typed['whole']:6.2f} s  {whole:6.2f} s   {whole / typed['whole']:5.2f}", flush=True)
    return typed, deployed


def report(pairs: list[tuple[Parts, Parts]]) -> None:
    ratios = [deployed["whole"] / typed["whole"] for typed, deployed in pairs]
    print(f"\n  ratio: median {statistics.median(ratios):.2f}, lowest {min(ratios):.2f}")
    print("\nwhere the time goes (medians):\n\n             by hand    pvdify")
    for part in PARTS:
        typed, deployed = (
            statistics.median(one.get(part, 0.0) for one in side) for side in zip(*pairs, strict=True)
        )
        print(f"  {part:9} {typed:6.2f} s  {deployed:6.2f} s")
    around = statistics.median(one["whole"] - sum(one.get(part, 0.0) for part in PARTS) for _, one in pairs)
    print(f"  {'around':9}           {around:6.2f} s   the command line, the queue, Ansible's start and end")


if __name__ == "__main__":
    main()
