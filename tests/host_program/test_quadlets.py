"""The Quadlet template is a pure function of what should run."""

import pytest

from pvdifyd.host_program.proxy_file import Route
from pvdifyd.host_program.quadlets import HealthCheck, Limits, Template, port_text, service_text


def template(**changed: object) -> str:
    values: dict[str, object] = {
        "app": "my-app",
        "process": "web",
        "units": 42,
        "image": "ghcr.io/acme/my@sha256:0123",
        "command": None,
        "port": 8080,
        "health": HealthCheck("/health", 30, 5, 3),
        "busybox": "/usr/bin/busybox",
        "start_timeout": 60,
        "stop_timeout": 30,
    }
    return Template(**{**values, **changed}).text()  # type: ignore[arg-type]


def test_the_image_is_pinned_and_never_pulled_by_the_unit() -> None:
    text = template()
    assert "Image=ghcr.io/acme/my@sha256:0123\n" in text
    assert "Pull=never\n" in text


def test_instances_belong_to_the_group_and_the_slice() -> None:
    text = template()
    assert "PartOf=pvdify-my-app-web.service\n" in text
    assert "Slice=pvdify-my\\x2dapp.slice\n" in text
    assert "ContainerName=pvdify-my-app-web-v42-%i\n" in text


def test_each_instance_has_a_port_of_its_own_and_knows_the_container_s() -> None:
    text = template(port=3333)
    assert "EnvironmentFile=/etc/pvdify/apps/my-app/releases/42/web-%i.env\n" in text
    assert "PublishPort=127.0.0.1:${PVDIFY_HOST_PORT}:3333\n" in text
    assert "Environment=PORT=3333\n" in text
    assert port_text(20001) == "PVDIFY_HOST_PORT=20001\n"


def test_a_start_lasts_until_the_instance_is_healthy() -> None:
    text = template()
    assert "Notify=healthy\n" in text
    probe = (
        '["/.pvdify/busybox","wget","-q","-O","/dev/null","-T","5",'
        '"--header","Host: localhost:8080","http://127.0.0.1:8080/health"]'
    )
    assert f"HealthCmd={probe}\n" in text
    assert "TimeoutStartSec=90\n" in text, (
        "systemd's patience outlasts ours, so that we can still read the last probe"
    )


def test_the_probe_asks_for_the_host_that_the_proxy_s_check_asks_for() -> None:
    """An app that is choosy about it is well for both, or for none."""
    checked = Route("my-app", "127.0.0.1", 3000, "/health", 5, []).text()
    host = next(line for line in checked.splitlines() if "http-check send" in line).rpartition(" hdr Host ")[
        2
    ]
    assert host == "localhost"
    command = HealthCheck("/health").command(3333)
    assert command[command.index("--header") + 1] == f"Host: {host}:3333"


def test_one_that_crashes_again_and_again_waits_longer_each_time_and_never_for_more_than_ten_seconds() -> (
    None
):
    """systemd forgets no restart while a unit runs: an app that ends once a day waits that long in time."""
    text = template()
    assert "Restart=always\nRestartSec=1\nRestartSteps=6\nRestartMaxDelaySec=10\n" in text


def test_with_no_path_a_connection_decides() -> None:
    text = template(health=HealthCheck())
    assert '"nc","-w","5","127.0.0.1","8080"' in text
    assert "wget" not in text


def test_a_process_without_a_health_check_has_no_port() -> None:
    text = template(process="worker", health=None)
    assert "PublishPort" not in text
    assert "HealthCmd" not in text
    assert "EnvironmentFile" not in text


@pytest.mark.parametrize("path", ["/%h", "/$HOME", '/a"b', "/{{ x }}", "/a\\b"])
def test_a_hostile_health_path_stays_text(path: str) -> None:
    line = next(
        one for one in template(health=HealthCheck(path)).splitlines() if one.startswith("HealthCmd=")
    )
    assert "%" not in line.replace("%%", "")
    assert "$" not in line.replace("$$", "")


def test_a_hostile_command_stays_text() -> None:
    text = template(command=["--privileged", "%h", "a\nUser=root", "$HOME"])
    assert 'Exec="--privileged" "%%h" "a\\nUser=root" "$$HOME"\n' in text
    assert "\nUser=root" not in text


def test_each_line_in_the_journal_says_where_it_comes_from_and_none_is_dropped() -> None:
    text = template(process="worker", health=None)
    fields = "PVDIFY_APP=my-app PVDIFY_PROCESS=worker PVDIFY_RELEASE=42 PVDIFY_INSTANCE=%i"
    assert f"LogExtraFields={fields}\n" in text
    assert "LogRateLimitIntervalSec=1us\n" in text


def test_limits_stand_in_the_unit_where_there_are_any() -> None:
    limited = template(limits=Limits(256 * 2**20, 0.25))
    assert "MemoryMax=268435456\n" in limited
    assert "CPUQuota=25%\n" in limited
    assert "OOMPolicy=stop\n" in limited
    assert "MemoryMax" not in template()


def test_podman_has_no_part_in_a_stop() -> None:
    assert service_text().endswith("[Service]\nExecStop=\n")
    assert "TimeoutStopSec=30\n" in template()


def test_config_vars_come_as_secrets_of_podman_and_only_their_keys_are_in_the_unit() -> None:
    text = template(keys=["API_KEY", "lower"])
    assert "Secret=pvdify-my-app-v42-API_KEY,type=env,target=API_KEY\n" in text
    assert "Secret=pvdify-my-app-v42-lower,type=env,target=lower\n" in text
    assert (
        "Wants=pvdify-environment@my-app-v42.service\nAfter=pvdify-environment@my-app-v42.service\n" in text
    )


def test_without_config_vars_nothing_is_waited_for() -> None:
    assert "pvdify-environment" not in template()
