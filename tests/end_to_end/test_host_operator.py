"""What an operator does on the host, with systemctl alone."""

from tests.end_to_end.world import World, answer, wait_until


def test_systemctl_stops_starts_and_restarts_the_app(world: World, app: str) -> None:
    group = f"pvdify-{app}-web.service"
    url = world.url(app)
    assert "active" in world.on_host("systemctl", "status", group)

    world.on_host("systemctl", "stop", group)
    assert world.on_host("podman", "ps", "--quiet", "--filter", f"label=pvdify.app={app}") == ""
    assert world.exit_code_on_host("systemctl", "is-active", group) != 0

    world.on_host("systemctl", "start", group)
    wait_until(lambda: answer(url) == (200, "v1"), seconds=20, what="the app answers after a start")

    before = world.on_host("podman", "ps", "--quiet", "--filter", f"label=pvdify.app={app}").split()
    world.on_host("systemctl", "restart", group)
    wait_until(lambda: answer(url) == (200, "v1"), seconds=20, what="the app answers after a restart")
    after = world.on_host("podman", "ps", "--quiet", "--filter", f"label=pvdify.app={app}").split()
    assert len(after) == len(before) == 2
    assert not set(before) & set(after)


def test_a_reboot_brings_the_app_back_with_no_controller(world: World, app: str) -> None:
    world.done("deploy", app, "--image", world.image("v2"))
    url = world.url(app)
    world.stop_daemon()
    try:
        world.restart_host()
        wait_until(lambda: answer(url) == (200, "v2"), seconds=60, what="the app answers after a reboot")
    finally:
        world.start_daemon()
    are_healthy = lambda: {one["state"] for one in world.current(app)} == {"healthy"}  # noqa: E731
    wait_until(are_healthy, seconds=20, what="both instances are healthy")
    # The daemon finds its way back to a host that was away.
    world.done("rollback", app)
    assert answer(url) == (200, "v1")


def test_a_killed_instance_comes_back(world: World, app: str) -> None:
    victim = world.on_host("podman", "ps", "--quiet", "--filter", f"label=pvdify.app={app}").split()[0]
    world.on_host("podman", "kill", victim)

    def both_healthy() -> bool:
        current = [one["state"] for one in world.told("ps", app) if one["role"] == "current"]
        return current == ["healthy", "healthy"]

    wait_until(both_healthy, seconds=30, what="both instances are healthy")
    assert answer(world.url(app)) == (200, "v1")
