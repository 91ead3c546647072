"""What to do about each problem the server can tell of, by its stable code."""

from __future__ import annotations

from collections.abc import Iterable

_TOKEN = "Have a token made (pvdify tokens:create; on the server, pvdifyd token create)"

_BY_CODE = {
    "unauthenticated": f"{_TOKEN}, then: pvdify login (or: export PVDIFY_TOKEN=pvd_…)",
    "token_expired": f"{_TOKEN}, then: pvdify login",
    "token_revoked": f"{_TOKEN}, then: pvdify login",
    "token_in_url": "Somebody may have read it on the way: revoke that token. pvdify login takes one unseen.",
    "token_not_found": "pvdify tokens lists the tokens there are.",
    "token_exists": "Take another name; pvdify tokens lists those that are taken.",
    "last_admin_token": "Make another one before: pvdify tokens:create NAME --scope admin",
    "too_many_attempts": "Wait for that long, and then sign in with a right token: pvdify login",
    "too_many_requests": "Wait that long, and run it again. Whatever asks so often may use a token of its own.",
    "forbidden": "pvdify whoami shows what your token may; pvdify tokens:create, with an admin's, makes another.",
    "app_forbidden": "pvdify whoami shows which apps your token is for.",
    "app_not_found": "pvdify apps lists the apps there are; pvdify apps:create APP makes one.",
    "release_not_found": "pvdify releases APP lists the app's releases.",
    "operation_not_found": "pvdify operations lists the operations.",
    "app_exists": "Take another name, or see what is there: pvdify apps:info APP",
    "port_taken": "Leave --bind-port out, and a free port is chosen.",
    "app_removing": "Wait until it is gone: pvdify operations shows it.",
    "nothing_to_roll_back": "pvdify releases APP lists the app's releases; only one that was live can be.",
    "no_host": "On the server, register one: pvdifyd host add NAME",
    "no_free_port": "Remove an app that is not needed, or give --bind-port.",
    "host_unreachable": "On the server, see pvdifyd host list, and whether the host answers.",
    "no_image": "Name one: pvdify deploy APP --image ghcr.io/acme/myapp:v2",
    "invalid_image": "An image is [registry/]path[:tag][@digest], as in ghcr.io/acme/myapp:v2.",
    "idempotency_conflict": "Run the command again.",
    "reader_unavailable": "On the server, check that pvdifyd's worker runs and reaches the host.",
    "too_many_streams": "Try again in a moment.",
    "not_deployed": "pvdify deploy APP starts it (with --image IMAGE, where it has none).",
    "config_key_not_found": "pvdify config APP lists the keys there are.",
    "config_version_not_found": "pvdify config:versions APP lists them.",
    "precondition_failed": "Look at it again, and repeat the change on what it is now.",
    "credential_not_found": "pvdify registries lists the credentials there are.",
    "domain_not_found": "pvdify domains APP lists the app's domains.",
    "domain_in_use": "pvdify domains:remove takes it away from the app that has it.",
    "edge_in_use": "Run what the message names, then this again.",
    "edge_not_ready": "pvdify edge shows which operation was to prepare the host; pvdify edge:set does it again.",
    "tunnel_in_use": "Make one for this host alone, and name it: pvdify edge:set cloudflare --credentials-file FILE",
    "no_tunnel": "pvdify edge:set cloudflare gives the host one.",
    "host_not_found": "On the server, pvdifyd host list shows the hosts.",
    "host_without_recipient": "On the server, make its key: pvdifyd host prepare NAME",
    "sops_unavailable": "On the server, check that pvdify[server] is installed whole.",
    "operation_ended": "pvdify operations:info ID shows how it ended.",
    "not_cancellable": "Let it end: pvdify operations:info ID --follow. pvdify rollback APP undoes a deploy.",
}

_BY_RULE = {
    "known_process": "pvdify ps:scale APP shows the app's process types.",
    "known_instance": "pvdify ps APP lists the app's instances.",
    "registry": "Name the host alone, as in ghcr.io or registry.example.com:5000.",
    "memory": "As in --memory 512M or --memory 1G: a whole number with its unit, 16M or more.",
    "memory_within_host": "Give less memory: an instance can't have more than its host.",
    "cpu": "As in --cpu 0.5: how much of one CPU an instance may use, 0.01 or more.",
    "domain_name": "A domain is as in myapp.com, www.myapp.com or *.myapp.com.",
    "tunnel_credentials": "As in --credentials-file ~/.cloudflared/TUNNEL.json, or a file with the tunnel's token.",
    "same_tunnel": "Leave --account-id and --tunnel-id out: the credentials file names both.",
    "environment_suffix": "Leave environment out, or give the app a name that says the same.",
    "same_host": "Leave host out, and the app stays where it is.",
    "cpu_within_host": "Give less CPU: an instance can't have more than its host.",
}


def for_problem(code: str, status: int, rules: Iterable[str] = ()) -> str:
    """Give what to do about a problem, by its code, else by the first rule that a field broke."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    for rule in rules:
        if rule in _BY_RULE:
            return _BY_RULE[rule]
    if status >= 500:
        return "Look at pvdifyd's log on the server; try again when it is mended."
    if status in (401, 403):
        return "Use a token that is allowed to."
    if status == 404:
        return "Check the names, and that the server runs a pvdifyd of this version."
    return "Correct it and run the command again; --help tells what each option takes."
