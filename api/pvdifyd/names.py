"""The names of apps, hosts and process types, and the environment an app's name tells."""

from __future__ import annotations

import re

from pvdifyd.errors import RuleError, shown

APP_NAME_LIMIT = 40
ENVIRONMENTS = ("production", "staging", "preview")

# The names become unit names: a dash separates their parts there, so a type has none.
_SLUG = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?", re.ASCII)
_PROCESS_TYPE = re.compile(r"[a-z][a-z0-9]{0,15}", re.ASCII)
_ANSIBLE_S_OWN = ("all", "ungrouped")
_PREVIEW = re.compile(r".+-pr-[0-9]+", re.ASCII)


def check_app_name(name: str) -> str:
    """The name itself, when it may be an app's; raises RuleError("app_name")."""
    return _check_slug(name, "app_name", "an app's name")


def check_host_name(name: str) -> str:
    """The name itself, when it may be a host's; raises RuleError("host_name")."""
    if name in _ANSIBLE_S_OWN:
        raise RuleError("host_name", f"{shown(name)} can't be a host's name: Ansible means its groups by it.")
    return _check_slug(name, "host_name", "a host's name")


def check_process_type(name: str) -> str:
    """The name itself, when it may be a process type's; raises RuleError("process_type")."""
    if _PROCESS_TYPE.fullmatch(name) is None:
        raise RuleError(
            "process_type",
            f"{shown(name)} can't be a process type: at most 16 of a-z and 0-9, a letter first, as in web.",
        )
    return name


def environment_of(name: str) -> str:
    """The environment that an app's name tells by its suffix: -staging, -pr-NUMBER, else production."""
    if name.endswith("-staging"):
        return "staging"
    return "preview" if _PREVIEW.fullmatch(name) else "production"


def check_environment(name: str, environment: str) -> str:
    """The environment, if it does not contradict the name; raises RuleError("environment_suffix")."""
    told = environment_of(name)
    if environment != told:
        raise RuleError(
            "environment_suffix",
            f"{shown(name)} names a {told} app, and the environment asked for is {shown(environment)}: "
            "names end in -staging for staging, in -pr-NUMBER for preview, in neither for production.",
        )
    return environment


def _check_slug(name: str, rule: str, what: str) -> str:
    if len(name) > APP_NAME_LIMIT or "--" in name or _SLUG.fullmatch(name) is None:
        raise RuleError(
            rule,
            f"{shown(name)} can't be {what}: at most {APP_NAME_LIMIT} of a-z, 0-9 and single dashes, "
            "a letter first, no dash last, as in my-app.",
        )
    return name
