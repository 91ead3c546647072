"""The sample app's images: built from demo/sample, FROM scratch, and pushed to the demo's registry."""

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from . import registry
from .commands import run
from .podman import podman
from .settings import CHECKOUT, Settings

SOURCE = CHECKOUT / "demo" / "sample"
REPOSITORY = "sample"
WELL, EXITS_AT_START, NEVER_HEALTHY = range(3)
# tag: what the app calls itself, and how it behaves
VARIANTS = {"v1": WELL, "v2": WELL, "crash": EXITS_AT_START, "sick": NEVER_HEALTHY}


def reference(settings: Settings, tag: str) -> str:
    """What to deploy, such as 10.89.77.1:5000/sample:v1."""
    return f"{settings.registry}/{REPOSITORY}:{tag}"


def ensure(settings: Settings, say: Callable[[str], None]) -> None:
    """Builds and pushes the images that the registry doesn't hold, or all of them if their source changed."""
    stamp = settings.directory / "images.stamp"
    source = sha256(b"".join(path.read_bytes() for path in sorted(SOURCE.iterdir()))).hexdigest()
    if not stamp.exists() or stamp.read_text() != source:
        missing = list(VARIANTS)
    else:
        missing = [tag for tag in VARIANTS if not registry.has(settings, REPOSITORY, tag)]
    if missing:
        say(f"building and pushing the sample app: {', '.join(missing)}")
    for tag in missing:
        build(settings, tag, VARIANTS[tag])
        push(settings, tag)
    stamp.write_text(source)


def build(settings: Settings, tag: str, behaviour: int) -> None:
    context = settings.directory / "images" / tag
    shutil.rmtree(context, ignore_errors=True)
    context.mkdir(parents=True)
    options = [
        "-O2",
        "-D_GNU_SOURCE",
        "-static",
        "-pthread",
        f'-DVERSION="{tag}"',
        f"-DBEHAVIOUR={behaviour}",
    ]
    run(["gcc", *options, "-o", context / "app", SOURCE / "app.c"], timeout=120)
    shutil.copy(SOURCE / "Containerfile", context)
    podman(settings, "build", "--quiet", f"--tag={reference(settings, tag)}", context, timeout=120)


def push(settings: Settings, tag: str) -> None:
    push_as(settings, reference(settings, tag))


def push_as(settings: Settings, name: str) -> None:
    """Pushes what podman has under that name, which begins with the registry."""
    trust: Path = settings.directory / "registry" / "trust"
    trust.mkdir(exist_ok=True)
    shutil.copy(registry.authority(settings), trust / "ca.crt")
    podman(settings, "push", "--quiet", f"--cert-dir={trust}", name, timeout=120)
