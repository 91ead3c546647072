"""Images that no host has yet, and one that no host could hold."""

import hashlib
import http.client
import json
import os
import shutil
import ssl
import uuid

from demo import images, registry
from demo.podman import podman
from demo.settings import REGISTRY_PORT
from tests.end_to_end.world import World

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
TEN_TERABYTES = 10 * 10**12


def push(world: World, like: str, *, megabytes: int = 1) -> str:
    """Pushes the sample app of that tag with so much of never seen ballast; returns what to deploy."""
    settings = world.settings
    tag = f"{like}-{uuid.uuid4().hex[:12]}"
    context = settings.directory / "images" / tag
    context.mkdir(parents=True)
    (context / "ballast").write_bytes(os.urandom(megabytes << 20))
    (context / "Containerfile").write_text(f"FROM {world.image(like)}\nCOPY ballast /ballast\n")
    podman(settings, "build", "--quiet", f"--tag={world.image(tag)}", context, timeout=120)
    images.push(settings, tag)
    podman(settings, "image", "rm", world.image(tag))
    shutil.rmtree(context)
    return world.image(tag)


def push_one_too_big(world: World) -> str:
    """Pushes a manifest that claims a layer of ten terabytes; returns what to deploy."""
    upload = _Upload(world)
    config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            **upload.blob(json.dumps(config).encode()),
        },
        "layers": [
            {
                "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                **upload.blob(b"not a layer at all"),
                "size": TEN_TERABYTES,
            }
        ],
    }
    upload.send("PUT", "/v2/sample/manifests/huge", json.dumps(manifest).encode(), MANIFEST)
    return world.image("huge")


class _Upload:
    """The few requests of the registry's own API that this takes (OCI distribution specification)."""

    def __init__(self, world: World) -> None:
        self._address = str(world.settings.machine_address)
        self._trust = ssl.create_default_context(cafile=str(registry.authority(world.settings)))

    def blob(self, content: bytes) -> dict[str, object]:
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        place = self.send("POST", "/v2/sample/blobs/uploads/", b"")
        path = "/" + place.split("/", 3)[3]
        joint = "&" if "?" in path else "?"
        self.send("PUT", f"{path}{joint}digest={digest}", content, "application/octet-stream")
        return {"digest": digest, "size": len(content)}

    def send(self, method: str, path: str, content: bytes, kind: str = "text/plain") -> str:
        """Returns the answer's Location."""
        connection = http.client.HTTPSConnection(
            self._address, REGISTRY_PORT, timeout=10, context=self._trust
        )
        try:
            connection.request(method, path, content, {"Content-Type": kind})
            answer = connection.getresponse()
            said = answer.read()
            assert answer.status in (201, 202), f"{method} {path}: {answer.status} {said!r}"
            return answer.headers.get("Location", "")
        finally:
            connection.close()
