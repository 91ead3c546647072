"""The control address: what a test, or the demo, arranges and looks at beside the API.

GET    /_control/state                 all there is, and what the account is called by
PUT    /_control/token                 {"token"}: the one that is let in
POST   /_control/zones                 {"name", "status"?, "ssl"?}
PATCH  /_control/zones/NAME            {"status"?, "ssl"?}
DELETE /_control/zones/NAME            the zone and its records
POST   /_control/records               {"type", "name", "content", …}: a record of someone else's
POST   /_control/tunnels               {"name", "secret", "config_src"?, "identity"?}
DELETE /_control/tunnels/ID            whether or not it is connected
GET    /_control/calls                 those that were made: method, path, query, body, status, broken (the
                                       contract), fault (was it told to fail)
DELETE /_control/calls                 forgets them
POST   /_control/faults                {"answer", "times"?, "method"?, "path"?, "after"?, "retry_after"?}
DELETE /_control/faults                all goes well again
PUT    /_control/limit                 {"calls", "seconds"}, counted from now
POST   /_control/connections           what the stand-in for cloudflared says of itself, every half second
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .answers import Failure
from .faults import Limit
from .state import Row

if TYPE_CHECKING:
    from .stand_in import StandIn

PREFIX = "/_control/"
JSON = dict[str, Any]


def control(stand_in: "StandIn", method: str, path: str, body: JSON) -> object:
    """Does what is asked there; Failure where there is no such thing."""
    kind, _, name = path.removeprefix(PREFIX).partition("/")
    action = ACTIONS.get((method, kind))
    if action is None:
        raise Failure(404, 7000, f"No such control: {method} {path}")
    try:
        return action(stand_in, name, body)
    except (KeyError, TypeError) as error:
        raise Failure(400, 9207, f"{method} {path}: {error!r}") from error


def _state(stand_in: "StandIn", _: str, __: JSON) -> object:
    state = stand_in.state
    return {
        "account_id": state.account_id,
        "zones": list(state.zones.values()),
        "records": list(state.records.values()),
        "tunnels": [
            {**row, "connections": len(state.connections.of(row["id"]))} for row in state.tunnels.values()
        ],
    }


def _token(stand_in: "StandIn", _: str, body: JSON) -> object:
    stand_in.state.token = body["token"]
    return {}


def _add_zone(stand_in: "StandIn", _: str, body: JSON) -> object:
    known = [zone for zone in stand_in.state.zones.values() if zone["name"] == body["name"]]
    return known[0] if known else stand_in.state.add_zone(**body)


def _change_zone(stand_in: "StandIn", name: str, body: JSON) -> object:
    zone = _zone(stand_in, name)
    zone.update(body)
    return zone


def _remove_zone(stand_in: "StandIn", name: str, _: JSON) -> object:
    state, zone = stand_in.state, _zone(stand_in, name)
    del state.zones[zone["id"]]
    state.records = {key: row for key, row in state.records.items() if row["zone_id"] != zone["id"]}
    return {}


def _add_record(stand_in: "StandIn", _: str, body: JSON) -> object:
    zone = stand_in.state.zone_of(body["name"])
    if zone is None:
        raise KeyError(body["name"])
    return stand_in.state.add_record(zone, body)


def _add_tunnel(stand_in: "StandIn", _: str, body: JSON) -> object:
    known = stand_in.state.tunnels.get(body.get("identity", ""))
    return known or stand_in.state.add_tunnel(**body)


def _remove_tunnel(stand_in: "StandIn", identity: str, _: JSON) -> object:
    del stand_in.state.tunnels[identity]
    return {}


def _calls(stand_in: "StandIn", _: str, __: JSON) -> object:
    return list(stand_in.calls)


def _forget_calls(stand_in: "StandIn", _: str, __: JSON) -> object:
    stand_in.calls.clear()
    return {}


def _add_fault(stand_in: "StandIn", _: str, body: JSON) -> object:
    stand_in.faults.add(body)
    return {}


def _clear_faults(stand_in: "StandIn", _: str, __: JSON) -> object:
    stand_in.faults.listed.clear()
    stand_in.let_go()
    return {}


def _limit(stand_in: "StandIn", _: str, body: JSON) -> object:
    stand_in.limit = Limit(**body)
    return {}


def _connect(stand_in: "StandIn", _: str, body: JSON) -> object:
    row = stand_in.state.tunnels.get(body["tunnel_id"])
    if row is None or row["deleted_at"] or body["account_id"] != stand_in.state.account_id:
        raise Failure(404, 1003, "Unauthorized: Tunnel not found")
    if body["secret"] != row["secret"]:
        raise Failure(401, 1001, "Unauthorized: Invalid tunnel secret")
    stand_in.state.connections.heard(row["id"], body)
    managed = row["config_src"] == "cloudflare"
    return {"version": row["version"], "config": row["config"] if managed else None}


def _zone(stand_in: "StandIn", name: str) -> Row:
    return next(zone for zone in stand_in.state.zones.values() if zone["name"] == name)


ACTIONS: dict[tuple[str, str], Callable[["StandIn", str, JSON], object]] = {
    ("GET", "state"): _state,
    ("PUT", "token"): _token,
    ("POST", "zones"): _add_zone,
    ("PATCH", "zones"): _change_zone,
    ("DELETE", "zones"): _remove_zone,
    ("POST", "records"): _add_record,
    ("POST", "tunnels"): _add_tunnel,
    ("DELETE", "tunnels"): _remove_tunnel,
    ("GET", "calls"): _calls,
    ("DELETE", "calls"): _forget_calls,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("PUT", "limit"): _limit,
    ("POST", "connections"): _connect,
}
