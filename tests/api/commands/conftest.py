"""Homes for the commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pvdifyd import models
from pvdifyd.settings import Settings
from tests.api.commands.home import Home


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def home(empty: Home) -> Iterator[Home]:
    empty.ok("init")
    models.connect(Settings.from_environment(empty.environment).database)
    yield empty
    models.close()
