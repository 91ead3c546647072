"""An app slot: where an app runs and how, apart from what is released to it."""

from __future__ import annotations

from peewee import AutoField, BooleanField, CharField, ForeignKeyField, IntegerField

from pvdifyd import clock
from pvdifyd.models.database import Row, json_field
from pvdifyd.models.host import Host


class App(Row):
    """processes: {type: {command: text or null, count: number, overlap: bool}}, what the next release takes over;
    healthcheck: as in the API, or null; resources: {memory: text, cpu: number}, for each instance.

    image_since: the number of the newest release when the image was last declared, null where there was none: a release
    that was asked for before does not replace it (operations/slot_image.py).

    formation: {type: count} as it was last brought to the host, null before the first release; stopped: the types of
    it that an operator has stopped; bound_port: the port that the release which serves took, where bind_port is what
    the next one takes; config_version: the config vars that the next release takes over, null before any was set."""

    id = AutoField()
    host_id: int
    name = CharField(unique=True)
    environment = CharField()
    host = ForeignKeyField(Host, backref="apps", on_delete="RESTRICT")
    image = CharField(null=True, max_length=512)
    image_since = IntegerField(null=True)
    processes = json_field()
    bind_port = IntegerField()
    container_port = IntegerField(null=True)
    healthcheck = json_field(null=True)
    resources = json_field(default=dict)
    formation = json_field(null=True)
    stopped = json_field(default=list)
    bound_port = IntegerField(null=True)
    config_version = IntegerField(null=True)
    removing = BooleanField(default=False)
    created_at = CharField(default=clock.now)
    updated_at = CharField(default=clock.now)

    class Meta:
        indexes = ((("host", "bind_port"), True),)
