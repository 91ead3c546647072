"""Images: a tag resolved to a digest, pulled once, and removed only where it was us who pulled it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from .answers import StepFailed
from .changes import Changes, read_or_none
from .commands import Completed, run
from .credentials import NOBODY, SignedIn
from .names import CONFIGURATION, PULLED_IMAGES

PULL_TIMEOUT = 1800
_REFUSED = ("unauthorized", "authentication required", "denied", "403 (forbidden)", "status 403")
_MISSING = ("manifest unknown", "name unknown", "not found", "status 404", "repository name not known")
_UNREACHABLE = (
    "connection refused",
    "connection reset",
    "no such host",
    "no route to host",
    "network is unreachable",
    "timeout",
    "context deadline",
    ": eof",
    "tls:",
    "x509",
    "server gave http response",
    "status 5",
    "status: 5",
)
_SIGNS = (("registry_auth", _REFUSED), ("image_not_found", _MISSING), ("registry_unreachable", _UNREACHABLE))
NEXT_STEPS = {
    "registry_auth": "Sign in to its registry: pvdify registry:login HOST --username USER; or check that the image is "
    "public.",
    "image_not_found": "Check the name and the tag, and that the build has pushed it.",
    "registry_unreachable": "Check that the registry is up, that the host reaches it, and that its certificate is "
    "trusted there (pvdifyd host add … --registry-ca).",
    "image_pull_failed": "Try it on the host: podman pull IMAGE",
}


@dataclass(frozen=True)
class Image:
    """An image on the host: ``reference`` is repository@digest; ``port`` the only TCP port it exposes, or None."""

    reference: str
    identifier: str
    port: int | None
    size: int


def repository(image: str) -> str:
    """A normalised reference without its tag and digest."""
    name = image.split("@", 1)[0]
    head, _, last = name.rpartition("/")
    return f"{head}/{last.split(':', 1)[0]}" if head else last.split(":", 1)[0]


def digest_in(image: str) -> str | None:
    """The digest that a reference names, None where it names a tag."""
    return image.split("@", 1)[1] if "@" in image else None


def resolve(image: str, user: SignedIn = NOBODY) -> str:
    """The digest a reference stands for now, asked of its registry.

    Raises ``StepFailed``: ``image_not_found``, ``registry_auth``, ``registry_unreachable``, ``image_pull_failed``.
    """
    how = ["--raw", "--retry-times", "1", *user.options()]
    asked = run(["skopeo", "inspect", *how, "--", f"docker://{image}"], timeout=90)
    if not asked.ok:
        raise _failure(image, asked, user)
    return "sha256:" + hashlib.sha256(asked.raw).hexdigest()


def layer_sizes(reference: str, user: SignedIn = NOBODY) -> list[int]:
    """The compressed size of each layer, in bytes, as the registry tells it for this host's platform. Raises the same
    failures as ``resolve``."""
    how = ["--no-tags", "--format", "{{json .LayersData}}", *user.options()]
    asked = run(["skopeo", "inspect", *how, "--", f"docker://{reference}"], timeout=90)
    if not asked.ok:
        raise _failure(reference, asked, user)
    return [int(layer["Size"]) for layer in json.loads(asked.output) or []]


def unpacked_layers(reference: str, user: SignedIn = NOBODY) -> list[str]:
    """The digests of the same layers as they are when they are unpacked (OCI image configuration, "diff_ids")."""
    how = ["--no-tags", "--config", *user.options()]
    asked = run(["skopeo", "inspect", *how, "--", f"docker://{reference}"], timeout=90)
    if not asked.ok:
        raise _failure(reference, asked, user)
    return list(json.loads(asked.output).get("rootfs", {}).get("diff_ids") or [])


def exists(reference: str) -> bool:
    return run(["podman", "image", "exists", reference]).ok


def pull(reference: str, user: SignedIn = NOBODY) -> None:
    """Pull an image by digest. Raises the same failures as ``resolve``."""
    note = _note(reference)
    before = read_or_none(note)
    if before is None:
        Changes(check=False).write(note, reference + "\n")
    pulled = run(["podman", "pull", "--quiet", *user.options(), "--", reference], timeout=PULL_TIMEOUT)
    if not pulled.ok:
        if before is None:
            note.unlink(missing_ok=True)
        raise _failure(reference, pulled, user)


def inspect(reference: str) -> Image:
    """What the host knows of an image it has."""
    shown = run(["podman", "image", "inspect", "--", reference])
    if not shown.ok:
        raise _failure(reference, shown)
    described = json.loads(shown.output)[0]
    return Image(reference, described["Id"], only_port(described), int(described.get("Size", 0)))


def only_port(described: dict[str, object]) -> int | None:
    """The TCP port an image exposes, where it exposes just one."""
    config = described.get("Config")
    exposed = config.get("ExposedPorts") if isinstance(config, dict) else None
    ports = [name.split("/")[0] for name in exposed or {} if name.split("/")[-1] in ("tcp", name)]
    return int(ports[0]) if len(ports) == 1 and ports[0].isdigit() else None


def remove_unused(changes: Changes) -> list[str]:
    """Remove the images we pulled that no release on this host needs any more; returns their references.

    An image that a container of anybody's still uses stays, and so does one that has got another name.
    """
    notes = (CONFIGURATION / "apps").glob("*/releases/*/image")
    needed = {text.strip() for file in notes if (text := read_or_none(file)) is not None}
    removed = []
    for note in sorted(PULLED_IMAGES.glob("*")) if PULLED_IMAGES.is_dir() else []:
        reference = (read_or_none(note) or "").strip()
        if reference in needed or note.name.startswith("."):
            continue
        if not reference or not exists(reference):
            changes.remove(note)
        elif _only_ours(reference) and changes.will(f"remove image {reference}") and _remove(reference):
            note.unlink(missing_ok=True)
            removed.append(reference)
    return removed


def _only_ours(reference: str) -> bool:
    """No tag points at the image, and no container, running or not, was made from it."""
    shown = run(["podman", "image", "inspect", "--", reference])
    if not shown.ok:
        return False
    described = json.loads(shown.output)[0]
    used = run(["podman", "ps", "--all", "--quiet", "--filter", f"ancestor={described['Id']}"])
    return not described.get("RepoTags") and used.ok and not used.output.strip()


def _remove(reference: str) -> bool:
    return run(["podman", "image", "rm", "--", reference]).ok


def _note(reference: str) -> Path:
    return PULLED_IMAGES / hashlib.sha256(reference.encode()).hexdigest()


def _failure(image: str, ended: Completed, user: SignedIn = NOBODY) -> StepFailed:
    said = (ended.errors or ended.output).strip()
    lowered = said.lower()
    code = next(
        (code for code, signs in _SIGNS if any(sign in lowered for sign in signs)), "image_pull_failed"
    )
    what = {
        "registry_auth": "the registry refuses access to it"
        + (f" to {user.username}, or knows another password" if user.username is not None else ""),
        "image_not_found": "the registry has no such image or tag",
        "registry_unreachable": "its registry can't be reached",
        "image_pull_failed": "it can't be pulled",
    }[code]
    return StepFailed(
        code, f"Image {image!r}: {what}.", next_step=NEXT_STEPS[code], logs=said.splitlines()[-3:]
    )
