"""What a host was given to act as at Cloudflare: documents of sops, bound to the host and to what they are for."""

from __future__ import annotations

from .. import sops
from ..answers import StepFailed

TOKEN, TUNNEL_CREDENTIALS = "cloudflare_token", "tunnel_credentials"

_CALLED = {TOKEN: "The Cloudflare token", TUNNEL_CREDENTIALS: "The credentials of the tunnel"}
_AGAIN = {
    TOKEN: "pvdify edge:set cloudflare --token-stdin",
    TUNNEL_CREDENTIALS: "pvdify edge:set cloudflare --credentials-file FILE",
}


def opened(document: str | None, name: str, host: str | None) -> str:
    """The value in a document; ``host`` None asks for no certain host, where it was asked for before. Raises what
    ``sops.opened`` raises, and ``StepFailed(edge_not_ready)`` where there is none."""
    if document is None:
        raise StepFailed(
            "edge_not_ready", f"{_CALLED[name]} was never given.", next_step=f"Give it: {_AGAIN[name]}"
        )
    bound = {"name": name} if host is None else {"name": name, "host": host}
    held = sops.opened(document, bound, _CALLED[name], misplaced="secret_misplaced", again=_AGAIN[name])
    return str(held["value"])
