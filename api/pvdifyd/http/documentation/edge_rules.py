"""What the API's description says of the rules of edges."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pvdifyd.operations.edge import rules

Said = dict[str, Any]


def _all_of(pattern: re.Pattern[str], **more: Any) -> Said:
    return {"pattern": f"^{pattern.pattern}$", **more}


SAID: Mapping[Callable[..., Any], Said] = {
    rules.check_account_id: _all_of(rules.ACCOUNT, examples=["0123456789abcdef0123456789abcdef"]),
    rules.check_tunnel_id: _all_of(rules.TUNNEL, examples=["6ff42ae2-765d-4adf-8112-31c55c1551ef"]),
    rules.check_https_url: _all_of(rules.HTTPS_URL, maxLength=rules.URL_LIMIT),
    rules.check_authority: {
        "maxLength": rules.AUTHORITY_LIMIT,
        "pattern": r"^[\u0000-\u007f]*-----BEGIN (X509 )?CERTIFICATE-----[\u0000-\u007f]*$",
    },
    rules.check_metrics_port: {"not": dict(zip(("minimum", "maximum"), rules.APPS_PORTS, strict=True))},
    rules.check_sha256: _all_of(rules.SHA256),
    rules.check_version: _all_of(rules.VERSION, examples=["2026.8.2"]),
    rules.check_email: _all_of(rules.EMAIL, maxLength=rules.EMAIL_LIMIT, examples=["admin@example.com"]),
    rules.check_token: _all_of(rules.TOKEN, maxLength=rules.TOKEN_LIMIT),
    rules.credentials_of: {"minLength": 1, "maxLength": rules.CREDENTIALS_LIMIT},
}
