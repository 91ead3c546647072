"""Why a domain could not be had: a stable code, a sentence, and what a person does next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..answers import StepFailed

FORBIDDEN = "cloudflare_forbidden"
_MANAGEMENT = "tunnel_management"


@dataclass(frozen=True)
class Reason:
    """``more`` is what a program may want beside the words, such as the record that stands in the way."""

    code: str
    message: str
    next_step: str
    more: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, described: dict[str, Any]) -> Reason:
        """From what ``as_json`` gave."""
        return cls(described["code"], described["message"], described["next_step"])

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "next_step": self.next_step, **dict(self.more)}

    def failure(self) -> StepFailed:
        """The same as the reason of a whole step."""
        return StepFailed(self.code, self.message, next_step=self.next_step)


def zone_not_found(domain: str) -> Reason:
    return Reason(
        "zone_not_found",
        f"The Cloudflare account has no zone that {domain} is part of, or the token may not see it.",
        "Add the zone at Cloudflare, or let the token edit DNS in it; then add the domain again.",
    )


def zone_not_active(domain: str, zone: str, status: str) -> Reason:
    return Reason(
        "zone_not_active",
        f"The zone {zone} of {domain} is {status} at Cloudflare, not active.",
        f"Name Cloudflare's name servers at the registrar of {zone}, wait until the zone is active, and add the "
        "domain again.",
    )


def record_exists(domain: str, app: str, kind: str, content: str) -> Reason:
    return Reason(
        "record_exists",
        f"{domain} has a record that pvdify did not make: {kind} {content}.",
        f"Remove it at Cloudflare, or have it replaced: pvdify domains:add {app} {domain} --force",
        (("record", {"type": kind, "content": content}),),
    )


def forbidden(said: str) -> Reason:
    return Reason(
        FORBIDDEN,
        f"Cloudflare does not accept the token: {said}.",
        "Give the host another one, which may edit DNS in the zone and the tunnel: pvdify edge:set cloudflare "
        "--token-stdin",
    )


def zone_forbidden(domain: str, zone: str, said: str) -> Reason:
    return Reason(
        FORBIDDEN,
        f"Cloudflare does not let the token see to {domain} in the zone {zone}: {said}.",
        f"Let it edit DNS in {zone}, at Cloudflare, and ask for the same again.",
    )


def rate_limited(when: str) -> Reason:
    return Reason(
        "cloudflare_rate_limited",
        "Cloudflare takes no more calls from this token for now.",
        f"Ask for it again {when}.",
    )


def error(said: str) -> Reason:
    return Reason(
        "cloudflare_error",
        f"Cloudflare could not do it: {said}.",
        "Ask for it again; https://www.cloudflarestatus.com tells of outages.",
    )


def silent(endpoint: str, said: str, patience: float) -> Reason:
    return Reason(
        "cloudflare_silent",
        f"Cloudflare did not answer at {endpoint} within {patience:.0f} s: {said}.",
        "Check the host's way to the Internet, and ask for it again.",
    )


def untrusted(endpoint: str, said: str) -> Reason:
    return Reason(
        "cloudflare_error",
        f"The certificate of {endpoint} is not one that this host trusts: {said}.",
        "Name the authority that vouches for it: pvdify edge:set cloudflare --authority-file FILE",
    )


def tunnel_not_found(tunnel: str) -> Reason:
    return Reason(
        "tunnel_not_found",
        f"The Cloudflare account has no tunnel {tunnel}: it was deleted, or is another account's.",
        "Make one at Cloudflare, and name it: pvdify edge:set cloudflare --tunnel-id ID --credentials-file FILE",
    )


def tunnel_managed_there(tunnel: str) -> Reason:
    return Reason(
        _MANAGEMENT,
        f"The tunnel {tunnel} goes by the rules that are kept for it at Cloudflare, and not by a file on the host.",
        "Make a tunnel for pvdify alone, or have pvdify replace the rules that this one has at Cloudflare: pvdify "
        "edge:set cloudflare --management remote",
    )


def tunnel_managed_here(tunnel: str) -> Reason:
    return Reason(
        _MANAGEMENT,
        f"The tunnel {tunnel} goes by a file on its host, and not by rules that are kept at Cloudflare.",
        "Have its rules in such a file: pvdify edge:set cloudflare --management local",
    )
