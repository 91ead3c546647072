"""The calls about DNS records."""

from . import zones
from .answers import JSON, Failure, Result, page
from .state import Row, State, full_name, now

# A name has either addresses or one alias.
ADDRESSES = ("A", "AAAA")
FILTERS = ("name", "type", "content", "comment", "comment.exact")


def list_records(state: State, parameters: dict[str, str], query: dict[str, str], _: object) -> Result:
    zone = zones.find(state, parameters["zone_id"])
    wanted = {name: query[name] for name in FILTERS if name in query}
    rows = [row for row in state.records.values() if row["zone_id"] == zone["id"] and _matches(row, wanted)]
    return page([_shown(state, row) for row in sorted(rows, key=lambda row: str(row["name"]))], query, 100)


def create_record(state: State, parameters: dict[str, str], _: dict[str, str], body: JSON) -> Result:
    zone = zones.find(state, parameters["zone_id"])
    _check_free(state, zone, body, but=None)
    return Result(_shown(state, state.add_record(zone, body)))


def get_record(state: State, parameters: dict[str, str], _: dict[str, str], __: object) -> Result:
    return Result(_shown(state, _find(state, parameters)))


def overwrite_record(state: State, parameters: dict[str, str], _: dict[str, str], body: JSON) -> Result:
    """What is not said takes its default."""
    return _change(state, parameters, {"proxied": False, "ttl": 1, "comment": None, "tags": [], **body})


def patch_record(state: State, parameters: dict[str, str], _: dict[str, str], body: JSON) -> Result:
    """What is not said stays."""
    return _change(state, parameters, body)


def delete_record(state: State, parameters: dict[str, str], _: dict[str, str], __: object) -> Result:
    row = _find(state, parameters)
    del state.records[row["id"]]
    return Result({"id": row["id"]})


def _change(state: State, parameters: dict[str, str], body: JSON) -> Result:
    row = _find(state, parameters)
    zone = state.zones[row["zone_id"]]
    _check_free(state, zone, {**row, **body}, but=row["id"])
    row.update(body, name=full_name(str(body.get("name", row["name"])), zone["name"]), modified_on=now())
    return Result(_shown(state, row))


def _find(state: State, parameters: dict[str, str]) -> Row:
    zone = zones.find(state, parameters["zone_id"])
    row = state.records.get(parameters["dns_record_id"])
    if row is None or row["zone_id"] != zone["id"]:
        raise Failure(404, 81044, "Record does not exist.")
    return row


def _check_free(state: State, zone: Row, body: JSON, but: str | None) -> None:
    """An alias stands alone at its name, and no record is there twice."""
    name = full_name(str(body["name"]), zone["name"])
    others = [row for row in state.records.values() if row["name"] == name and row["id"] != but]
    if any((row["type"], row["content"]) == (body["type"], body["content"]) for row in others):
        raise Failure(400, 81058, "An identical record already exists.")
    kinds = {row["type"] for row in others}
    if body["type"] == "CNAME" and kinds & {*ADDRESSES, "CNAME"}:
        raise Failure(400, 81053, "An A, AAAA, or CNAME record with that host already exists.")
    if body["type"] in ADDRESSES and "CNAME" in kinds:
        raise Failure(400, 81054, "A CNAME record with that host already exists.")


def _matches(row: Row, wanted: dict[str, str]) -> bool:
    return all(
        str(row[name.partition(".")[0]] or "").lower() == value.lower() for name, value in wanted.items()
    )


def _shown(state: State, row: Row) -> JSON:
    shown = {name: value for name, value in row.items() if value is not None}
    proxiable = row["type"] in (*ADDRESSES, "CNAME")
    zone = state.zones[row["zone_id"]]
    return {**shown, "zone_name": zone["name"], "proxiable": proxiable, "meta": {"auto_added": False}}
