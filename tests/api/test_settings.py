"""Settings come from the environment, and a bad one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from pvdifyd.errors import SettingsError
from pvdifyd.settings import Settings


def test_the_defaults_are_those_documented() -> None:
    settings = Settings.from_environment({})
    assert settings.home == Path("/var/lib/pvdify")
    assert settings.database == "sqlite:////var/lib/pvdify/data/pvdify.db"
    assert str(settings.listen) == "127.0.0.1:9443"
    assert (settings.threads, settings.streams, settings.workers) == (64, 48, 4)
    assert (settings.start_timeout, settings.stop_timeout, settings.drain_timeout) == (60, 30, 30)
    assert (settings.standby, settings.keep_releases, settings.user) == (600, 5, "pvdify")
    assert (settings.requests_per_minute, settings.log_format) == (600, "text")


def test_an_address_may_be_of_ipv6() -> None:
    assert str(Settings.from_environment({"PVDIFYD_LISTEN": "[::1]:9443"}).listen) == "[::1]:9443"


def test_fewer_threads_mean_fewer_streams() -> None:
    assert Settings.from_environment({"PVDIFYD_THREADS": "8"}).streams == 7


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOME", "relative/path"),
        ("HOME", "/" + "x" * 200),
        ("DATABASE", "postgresql://db/pvdify"),
        ("LISTEN", "9443"),
        ("LISTEN", "127.0.0.1:99999"),
        ("THREADS", "many"),
        ("THREADS", "1"),
        ("STREAMS", "64"),
        ("WORKERS", "0"),
        ("STANDBY", "-1"),
        ("USER", "a b"),
        ("KEEP_RELEASES", "9" * 5000),
        ("REQUESTS_PER_MINUTE", "0"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"PVDIFYD_{name}"):
        Settings.from_environment({f"PVDIFYD_{name}": value})
