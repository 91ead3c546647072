"""The calls about tunnels."""

import base64
import importlib.util
import json
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

from .answers import JSON, Failure, Result, page
from .state import Row, State, now

PROGRAM = Path(__file__).parent.parent / "cloudflared"


def list_tunnels(state: State, parameters: dict[str, str], query: dict[str, str], _: object) -> Result:
    _check_account(state, parameters)
    rows = [
        row
        for row in state.tunnels.values()
        if query.get("name", row["name"]) == row["name"]
        and query.get("uuid", row["id"]) == row["id"]
        and ("is_deleted" not in query or (query["is_deleted"] == "true") == bool(row["deleted_at"]))
    ]
    return page([_shown(state, row) for row in rows], query, 20)


def create_tunnel(state: State, parameters: dict[str, str], _: dict[str, str], body: JSON) -> Result:
    _check_account(state, parameters)
    row = state.add_tunnel(body["name"], body.get("tunnel_secret", ""), body.get("config_src", "local"))
    return Result(_shown(state, row))


def get_tunnel(state: State, parameters: dict[str, str], _: dict[str, str], __: object) -> Result:
    return Result(_shown(state, find(state, parameters)))


def delete_tunnel(state: State, parameters: dict[str, str], _: dict[str, str], __: object) -> Result:
    row = find(state, parameters)
    if state.connections.of(row["id"]):
        raise Failure(400, 1022, "Cannot delete tunnel because it has active connections.")
    row["deleted_at"] = now()
    return Result(_shown(state, row))


def get_configuration(state: State, parameters: dict[str, str], _: dict[str, str], __: object) -> Result:
    return Result(_configuration(state, find(state, parameters)))


def put_configuration(state: State, parameters: dict[str, str], _: dict[str, str], body: JSON) -> Result:
    row = find(state, parameters)
    if row["config_src"] != "cloudflare":
        # Stricter than what is known of Cloudflare: nobody means to do this.
        raise Failure(400, 1055, "Bad Configuration: the tunnel is managed by its own config.yml.")
    checker = _program()
    try:
        checker.read_rules(body["config"])
    except checker.Refused as error:
        raise Failure(400, 1056, f"Bad Configuration: {error}") from error
    row.update(config=body["config"], version=row["version"] + 1)
    return Result(_configuration(state, row))


def get_token(state: State, parameters: dict[str, str], _: dict[str, str], __: object) -> Result:
    row = find(state, parameters)
    content = json.dumps({"a": state.account_id, "t": row["id"], "s": row["secret"]})
    return Result(base64.b64encode(content.encode()).decode())


def find(state: State, parameters: dict[str, str]) -> Row:
    """The tunnel of that id; Failure where there is none, or none any more."""
    _check_account(state, parameters)
    row = state.tunnels.get(parameters["tunnel_id"])
    if row is None or row["deleted_at"]:
        raise Failure(404, 1003, "Tunnel not found")
    return row


def _check_account(state: State, parameters: dict[str, str]) -> None:
    if parameters["account_id"] != state.account_id:
        raise Failure(403, 10000, "Authentication error")


def _configuration(state: State, row: Row) -> JSON:
    return {
        "account_id": state.account_id,
        "tunnel_id": row["id"],
        "version": row["version"],
        "config": row["config"],
        "source": row["config_src"],
        "created_at": row["created_at"],
    }


def _shown(state: State, row: Row) -> JSON:
    connections = state.connections.of(row["id"])
    shown: JSON = {
        "id": row["id"],
        "account_tag": state.account_id,
        "name": row["name"],
        "created_at": row["created_at"],
        "connections": [
            {"client_id": one["client_id"], "client_version": one["client_version"], "colo_name": "DEMO"}
            for one in connections
        ],
        "remote_config": row["config_src"] == "cloudflare",
        "status": "healthy" if connections else "inactive",
        "tun_type": "cfd_tunnel",
        "metadata": {},
    }
    return {**shown, "deleted_at": row["deleted_at"]} if row["deleted_at"] else shown


def _program() -> ModuleType:
    """The stand-in for cloudflared, which is one file: it knows which rules are none."""
    loader = SourceFileLoader("cloudflared_stand_in", str(PROGRAM))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module
