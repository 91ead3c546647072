"""A check of ours for schemathesis: what keeps to the description is refused only by what no JSON Schema can tell.

And numbers as people write them: a request is not to be about 3.0 in place of 3, and so about nothing else.
"""

from __future__ import annotations

import json
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response
from schemathesis.core.failures import Failure

# Each rule, and what of it is beyond a schema.
BEYOND = {
    "after_since": "which of two times is the later one",
    "authority": "whether a certificate can be read",
    "command": "whether it can be split, as a shell would",
    "config_message": "which characters can be printed",
    "config_or_secret": "that no key of one map stands in the other",
    "config_size": "the length of all of it together",
    "config_value": "a length in bytes",
    "cpu": "its decimals: binary fractions have no hundredths",
    "cpu_within_host": "how large the host is",
    "domain_name": "what IDNA makes of a name",
    "environment_suffix": "what the app's name says of its environment",
    "https_url": "which ports and which IPv6 addresses there are",
    "image_reference": "how long its path is, and which port its registry has",
    "known_host": "which hosts there are",
    "known_instance": "how many instances run",
    "known_process": "which process types run",
    "lifetime": "how many minutes ten years have",
    "memory": "that 16M is more than 16K",
    "memory_within_host": "how large the host is",
    "no_end_when_following": "that one parameter forbids another",
    "password": "a length in bytes",
    "required": "that an instance is one of a process type, and which secrets a host has",
    "same_host": "where the app is",
    "same_name": "which app the address names",
    "same_tunnel": "that one field holds what two others name",
    "time": "which days a month has",
    "timeout_within_interval": "which of two durations is the longer one",
    "tunnel_credentials": "what JSON in a text holds",
    "web_overlaps": "that web is another process type than the others",
    "whole_number": "that 3.0 is none: to JSON Schema it is an integer",
}


class RefusedThoughDescribed(Failure):
    """A rule that the description could tell, and does not."""


@schemathesis.check
def refused_by_what_is_described(_: CheckContext, response: Response, case: Case) -> None:
    if response.status_code != 422 or not _keeps_to_the_description(case):
        return
    for error in json.loads(response.content)["errors"]:
        if error["rule"] not in BEYOND:
            raise RefusedThoughDescribed(operation=case.operation.label, message=json.dumps(error))


def _keeps_to_the_description(case: Case) -> bool:
    return case.meta is not None and all(part.mode.is_positive for part in case.meta.components.values())


@schemathesis.hook
def map_body(_: HookContext, body: Any) -> Any:
    """To a schema, and so for whether the body keeps to it, 3.0 and 3 are the same."""
    return _whole(body)


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value
