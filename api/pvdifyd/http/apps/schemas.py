"""App slots in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, validate, validates_schema
from marshmallow import fields as plain

from pvdifyd import durations, names
from pvdifyd.errors import RuleError, shown
from pvdifyd.http.body import RuleText
from pvdifyd.http.fields import Cpu, WholeNumber, YesNo, check_command, image, rule, text
from pvdifyd.operations import ports
from pvdifyd.operations import resources as operations_resources
from pvdifyd.operations.domains import rules as domain_rules

PROCESS_TYPE_LIMIT = 20
COUNT_LIMIT = 100
DOMAIN_LIMIT = 1000
PATH_LIMIT = 1024
LONGEST_INTERVAL = 3600


def check_path(path: str) -> None:
    """A path of an HTTP request, as it stands in the request line; raises RuleError(path)."""
    printable = all("!" <= character <= "~" for character in path)
    if not printable or not path.startswith("/") or path.startswith("//") or len(path) > PATH_LIMIT:
        raise RuleError(
            "path",
            f"{shown(path)} can't be a health check's path: one / first, then visible ASCII, no host, "
            f"at most {PATH_LIMIT} characters, as in /health.",
        )


def check_interval(interval: str) -> None:
    """A duration from a second to an hour; raises RuleError(duration)."""
    if not 1 <= durations.seconds(interval) <= LONGEST_INTERVAL:
        raise RuleError("duration", f"{shown(interval)} must be from 1s to 1h.")


def check_process_types(processes: dict[str, Any]) -> None:
    """At least one process type, and not too many; raises RuleError(process_types)."""
    if not 1 <= len(processes) <= PROCESS_TYPE_LIMIT:
        raise RuleError("process_types", f"There must be 1 to {PROCESS_TYPE_LIMIT} process types.")


def check_web_overlaps(processes: dict[str, Any]) -> None:
    """The releases of web overlap; raises RuleError(web_overlaps)."""
    if processes.get("web", {}).get("overlap") is False:
        raise RuleError(
            "web_overlaps",
            "web: a new release's instances always run beside the old ones' until the switch, or nobody would answer. "
            "Leave overlap out, or give it to another type.",
        )


class ProcessSchema(Schema):
    """A process type: its command (null for the image's own), how many of it run, and whether a new release's
    instances may run beside the old ones' (unless it is said: yes, but not those of a scheduler)."""

    command = text(check_command, allow_none=True, load_default=None)
    count = WholeNumber(0, COUNT_LIMIT, load_default=1)
    overlap = YesNo()


class HealthcheckSchema(Schema):
    """An HTTP check that decides whether an instance is healthy; durations such as "30s"."""

    path = text(check_path, required=True)
    interval = text(check_interval, load_default="30s")
    timeout = text(check_interval, load_default="5s")
    retries = WholeNumber(1, 100, load_default=3)

    @validates_schema(skip_on_field_errors=True)
    def _timeout_within_interval(self, data: dict[str, Any], **_: Any) -> None:
        if durations.seconds(data["timeout"]) > durations.seconds(data["interval"]):
            broken = RuleError(
                "timeout_within_interval",
                f"{shown(data['timeout'])} is longer than the interval: give a timeout of at most "
                f"{data['interval']}, or a longer interval.",
            )
            raise ValidationError([RuleText.of(broken)], "timeout")


class ResourcesSchema(Schema):
    """What an instance may use: memory, a whole number and K, M, G or T (powers of 1024); cpu, a number of CPUs."""

    memory = text(operations_resources.memory_bytes, metadata={"examples": ["512M"]})
    cpu = Cpu(metadata={"examples": [0.5]})


def domain_names() -> plain.List[Any]:
    """The domains that shall lead to an app, and no others."""
    one = text(domain_rules.domain_named, metadata={"examples": ["myapp.com"]})
    return plain.List(one, validate=rule(check_domains))


def check_domains(names: list[str]) -> None:
    """Not too many; raises RuleError(domains)."""
    if len(names) > DOMAIN_LIMIT:
        raise RuleError("domains", f"An app has {DOMAIN_LIMIT} domains at most.")


def _processes(**options: Any) -> plain.Dict:
    return plain.Dict(
        keys=text(names.check_process_type),
        values=plain.Nested(ProcessSchema),
        validate=[rule(check_process_types), rule(check_web_overlaps)],
        **options,
    )


class AppCreateSchema(Schema):
    """A new app slot; what is left out is chosen."""

    name = text(names.check_app_name, required=True, metadata={"examples": ["myapp", "myapp-staging"]})
    environment = plain.String(validate=validate.OneOf(names.ENVIRONMENTS))
    host = text(names.check_host_name)
    image = image(allow_none=True)
    processes = _processes()
    bind_port = WholeNumber(ports.FIRST, ports.LAST, allow_none=True)
    container_port = WholeNumber(1, 65535, allow_none=True)
    healthcheck = plain.Nested(HealthcheckSchema, allow_none=True)
    resources = plain.Nested(ResourcesSchema)


class AppUpdateSchema(Schema):
    """Changes of an app slot: each field given replaces the whole of what it was, but of resources what is not given
    stays. domains want a token of scope admin."""

    image = image(allow_none=True)
    processes = _processes()
    bind_port = WholeNumber(ports.FIRST, ports.LAST)
    container_port = WholeNumber(1, 65535, allow_none=True)
    healthcheck = plain.Nested(HealthcheckSchema, allow_none=True)
    resources = plain.Nested(ResourcesSchema)
    domains = domain_names()


class AppSchema(Schema):
    """An app slot. release: the version that serves, or null; config_version: what the next deploy takes;
    running_config_version: what that release has; resources: those in force; domains: but for those that are on their
    way out; stopped: the process types that were stopped."""

    name = plain.String()
    environment = plain.String(validate=validate.OneOf(names.ENVIRONMENTS))
    host = plain.String()
    image = plain.String(allow_none=True)
    processes = plain.Dict(keys=plain.String(), values=plain.Nested(ProcessSchema))
    bind_port = plain.Integer()
    container_port = plain.Integer(allow_none=True)
    healthcheck = plain.Nested(HealthcheckSchema, allow_none=True)
    resources = plain.Nested(ResourcesSchema)
    domains = plain.List(plain.String())
    stopped = plain.List(plain.String())
    config_version = plain.String(allow_none=True, metadata={"examples": ["v6"]})
    running_config_version = plain.String(allow_none=True, metadata={"examples": ["v4"]})
    release = plain.Integer(allow_none=True)
    status = plain.String(validate=validate.OneOf(("empty", "live", "stopped", "deploying", "removing")))
    created_at = plain.String(metadata={"format": "date-time"})
    updated_at = plain.String(metadata={"format": "date-time"})
