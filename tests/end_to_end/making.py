"""Making the world, with the demo's own modules."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from demo import daemon, host, images, registry
from demo.settings import Settings
from tests.end_to_end.world import World


def make(settings: Settings, ensure_host: Callable[[Settings, host.Say], bool] = host.ensure) -> World:
    """Brings host, registry, images and daemon up. ensure_host: what brings the host up, and says if it is new."""
    settings.directory.mkdir(parents=True, exist_ok=True)
    new = ensure_host(settings, print)
    registry.ensure(settings)
    images.ensure(settings, print)
    daemon.start(settings)
    token = daemon.ensure_token(settings)
    daemon.ensure_host(settings, new=new)
    return World(settings, token)


@contextmanager
def registry_with_passwords(world: World, passwords: Path) -> Iterator[str]:
    """A second registry with the same images, which asks for a password and whose certificate the host trusts; yields
    its address."""
    settings, role, port = world.settings, "registry-401", 5001
    address = f"{settings.machine_address}:{port}"
    trust = f"/etc/containers/certs.d/{address}"
    certificate = registry.authority(settings).read_text()
    world.on_host("mkdir", "-p", trust)
    world.on_host("sh", "-c", 'printf "%s" "$1" >"$2"', "sh", certificate, f"{trust}/ca.crt")
    registry.stop(settings, role)
    registry.start(settings, port=port, role=role, password_file=passwords, images_of=registry.ROLE)
    try:
        yield address
    finally:
        registry.stop(settings, role)
        world.on_host("rm", "-r", trust)
