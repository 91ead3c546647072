"""The calls about zones and their settings."""

from .answers import JSON, Failure, Result, page
from .state import Row, State, now

NAME_SERVERS = ["bob.ns.example.net", "lola.ns.example.net"]


def list_zones(state: State, _: dict[str, str], query: dict[str, str], __: object) -> Result:
    rows = [
        zone
        for zone in state.zones.values()
        if query.get("name", "").lower() in ("", zone["name"])
        and query.get("status") in (None, zone["status"])
        and query.get("account.id") in (None, state.account_id)
    ]
    return page([_shown(state, row) for row in sorted(rows, key=lambda row: str(row["name"]))], query, 20)


def get_zone(state: State, parameters: dict[str, str], _: dict[str, str], __: object) -> Result:
    return Result(_shown(state, find(state, parameters["zone_id"])))


def get_setting(state: State, parameters: dict[str, str], _: dict[str, str], __: object) -> Result:
    return Result(_setting(find(state, parameters["zone_id"]), parameters["setting_id"]))


def edit_setting(state: State, parameters: dict[str, str], _: dict[str, str], body: JSON) -> Result:
    zone = find(state, parameters["zone_id"])
    _setting(zone, parameters["setting_id"])
    zone["ssl"] = body["value"]
    return Result(_setting(zone, parameters["setting_id"]))


def find(state: State, identity: str) -> Row:
    """The zone of that id; Failure where there is none in this account."""
    if identity not in state.zones:
        raise Failure(
            404, 7003, f"Could not route to /zones/{identity}, perhaps your object identifier is invalid?"
        )
    return state.zones[identity]


def _setting(zone: Row, name: str) -> JSON:
    if name != "ssl":
        raise Failure(404, 1006, f"Unrecognized zone setting name: {name} (the stand-in has ssl alone)")
    return {"id": "ssl", "value": zone["ssl"], "editable": True, "modified_on": now()}


def _shown(state: State, zone: Row) -> JSON:
    return {
        "id": zone["id"],
        "name": zone["name"],
        "status": zone["status"],
        "paused": False,
        "type": "full",
        "development_mode": 0,
        "name_servers": NAME_SERVERS,
        "original_name_servers": None,
        "original_registrar": None,
        "original_dnshost": None,
        "created_on": zone["created_on"],
        "modified_on": zone["created_on"],
        "activated_on": zone["created_on"] if zone["status"] == "active" else None,
        "meta": {"step": 2, "custom_certificate_quota": 0, "page_rule_quota": 3, "phishing_detected": False},
        "owner": {"id": state.account_id, "type": "user", "name": "the demo's"},
        "account": {"id": state.account_id, "name": "the demo's"},
        "permissions": ["#dns_records:edit", "#dns_records:read", "#zone:read", "#zone_settings:edit"],
    }
