"""The tunnel's ingress: which name goes to which app, decided purely.

cloudflared takes the first rule that fits, whatever else would. So the most specific comes first: exact names, then
wildcards, the longer before the shorter, and a last rule for all that is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..answers import StepFailed

CATCH_ALL = "http_status:404"

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOSTNAME = re.compile(rf"(\*\.)?({_LABEL}\.)+{_LABEL}")
_SERVICE = re.compile(r"http://(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\]):(\d{1,5})")
_KEYS = {"hostname", "service"}

Rule = Mapping[str, Any]


def rules(routes: Iterable[Mapping[str, Any]], kept: Iterable[Rule] = ()) -> list[dict[str, str]]:
    """The ingress of ``routes`` [{domain, address, port}], and of rules ``kept`` for names that are to go and can't
    yet. Raises ``StepFailed(ingress_invalid)``."""
    made = [{"hostname": str(one["domain"]), "service": _service(one)} for one in routes]
    there = {rule["hostname"] for rule in made}
    made += [
        {"hostname": str(rule["hostname"]), "service": str(rule["service"])}
        for rule in kept
        if rule["hostname"] not in there
    ]
    ordered = [*sorted(made, key=_specific_first), {"service": CATCH_ALL}]
    check(ordered)
    return ordered


def _specific_first(rule: Rule) -> tuple[bool, int, str]:
    hostname = rule["hostname"]
    wild = hostname.startswith("*.")
    return wild, -hostname.count(".") if wild else 0, hostname


def _service(route: Mapping[str, Any]) -> str:
    address = str(route["address"])
    return f"http://[{address}]:{route['port']}" if ":" in address else f"http://{address}:{route['port']}"


def check(ingress: Sequence[Rule]) -> None:
    """Refuse what cloudflared would refuse, and what it takes though it can't be meant: a name twice, an unknown key.

    Raises ``StepFailed(ingress_invalid)``.
    """
    if not ingress:
        raise _invalid("it has no rule")
    seen = set()
    for number, rule in enumerate(ingress):
        unknown = sorted(set(rule) - _KEYS)
        if unknown:
            raise _invalid(f"rule {number + 1} has the unknown key {unknown[0]!r}")
        is_last, hostname, service = (
            number == len(ingress) - 1,
            rule.get("hostname"),
            str(rule.get("service")),
        )
        if is_last != (hostname is None):
            raise _invalid("the rule for all other names must be the last one, and is not")
        if is_last:
            if service != CATCH_ALL:
                raise _invalid(f"the last rule is {service!r}, not {CATCH_ALL}")
            continue
        if not isinstance(hostname, str) or len(hostname) > 255 or _HOSTNAME.fullmatch(hostname) is None:
            raise _invalid(f"{hostname!r} is no name of a host")
        if hostname in seen:
            raise _invalid(f"{hostname} is there twice")
        seen.add(hostname)
        found = _SERVICE.fullmatch(service)
        if found is None or not 0 < int(found[2]) < 65536:
            raise _invalid(f"{hostname} would go to {service!r}, which is no address of an app")


def kept_of(ingress: Iterable[Rule], names: Iterable[str]) -> list[Rule]:
    """Those of the rules in force that are of these names."""
    wanted = set(names)
    return [rule for rule in ingress if rule.get("hostname") in wanted and "service" in rule]


def same(one: Sequence[Rule], other: Sequence[Rule]) -> bool:
    """Whether two ingresses route alike. cloudflared tells its own with more keys, and a catch-all's name as empty."""
    return _told(one) == _told(other)


def _told(ingress: Sequence[Rule]) -> list[tuple[str, str]]:
    return [(str(rule.get("hostname") or ""), str(rule.get("service"))) for rule in ingress]


def _invalid(what: str) -> StepFailed:
    return StepFailed(
        "ingress_invalid",
        f"The host's new routes were not taken: {what}. Those before are in force.",
        next_step="See the host's domains: pvdify domains; remove the one that is meant, and add it again.",
    )
