"""Where the Ansible content is: inside the installed package, or in the checkout it is developed in."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

_CHECKOUT = Path(__file__).parents[3]


def playbooks_directory() -> Path:
    """The folder of deploy.yml and the others. Raises ``FileNotFoundError`` where the installation is broken."""
    return _directory("playbooks", "playbooks", "deploy.yml")


def roles_directory() -> Path:
    """The folder of the roles. Raises as above."""
    return _directory("roles", "roles", "host")


def inventory_directory() -> Path:
    """The folder of database.pvdify.yml. Raises as above."""
    return _directory("inventory_content", "inventory", "database.pvdify.yml")


def _directory(package: str, folder: str, witness: str) -> Path:
    spec = find_spec(f"pvdifyd.{package}")
    installed = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    for place in [*installed, _CHECKOUT / folder]:
        if (place / witness).exists():
            return place
    raise FileNotFoundError(f"pvdify's {folder} are missing; install it again: pip install 'pvdify[server]'")
