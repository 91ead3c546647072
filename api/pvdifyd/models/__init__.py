"""The rows: what pvdifyd keeps, and nothing of how it is asked for or carried out."""

from pvdifyd.models.app import App
from pvdifyd.models.database import atomic, close, connect, connected, database
from pvdifyd.models.event import Event
from pvdifyd.models.host import Host
from pvdifyd.models.idempotency_key import IdempotencyKey
from pvdifyd.models.operation import Operation
from pvdifyd.models.release import Release
from pvdifyd.models.token import Token

ALL = (Host, App, Release, Operation, Event, Token, IdempotencyKey)

__all__ = [
    "ALL",
    "App",
    "Event",
    "Host",
    "IdempotencyKey",
    "Operation",
    "Release",
    "Token",
    "atomic",
    "close",
    "connect",
    "connected",
    "database",
]
