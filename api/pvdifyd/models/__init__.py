"""The rows: what pvdifyd keeps, and nothing of how it is asked for or carried out."""

from pvdifyd.models.app import App
from pvdifyd.models.audit_entry import AuditEntry
from pvdifyd.models.config_version import ConfigVersion
from pvdifyd.models.database import atomic, close, connect, connected, database
from pvdifyd.models.domain import Domain
from pvdifyd.models.edge import Edge
from pvdifyd.models.event import Event
from pvdifyd.models.host import Host
from pvdifyd.models.host_secret import HostSecret
from pvdifyd.models.idempotency_key import IdempotencyKey
from pvdifyd.models.operation import Operation
from pvdifyd.models.registry_credential import RegistryCredential
from pvdifyd.models.release import Release
from pvdifyd.models.secret import Secret
from pvdifyd.models.token import Token

ALL = (
    Host,
    App,
    ConfigVersion,
    Secret,
    RegistryCredential,
    Edge,
    HostSecret,
    Domain,
    Release,
    Operation,
    Event,
    Token,
    IdempotencyKey,
    AuditEntry,
)

__all__ = [
    "ALL",
    "App",
    "AuditEntry",
    "ConfigVersion",
    "Domain",
    "Edge",
    "Event",
    "Host",
    "HostSecret",
    "IdempotencyKey",
    "Operation",
    "RegistryCredential",
    "Release",
    "Secret",
    "Token",
    "atomic",
    "close",
    "connect",
    "connected",
    "database",
]
