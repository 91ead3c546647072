"""What a request's route is called in metrics, logs and the audit log: by its rule, never by its address."""

from __future__ import annotations

import re

from flask import request

# What has no route: its address is whatever a client sends.
NO_ROUTE = "none"

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>", re.ASCII)
_BRACED = r"{\1}"


def route_of_request() -> str:
    """The route of this request, as /api/v1/apps/{name}."""
    return NO_ROUTE if request.url_rule is None else _PARAMETER.sub(_BRACED, request.url_rule.rule)
