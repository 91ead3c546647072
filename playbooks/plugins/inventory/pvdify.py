"""Inventory: pvdifyd's hosts, and on each the apps it runs."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin

DOCUMENTATION = r"""
name: pvdify
short_description: pvdifyd's hosts and apps
description:
  - Reads hosts and apps from pvdifyd's database, or from a document that pvdifyd wrote for one run.
  - Makes the group C(pvdify_hosts), and for each app a group C(app_<name>) (dashes become underscores) that holds
    its host; the host's variable C(pvdify_apps) maps each app's name to what should run.
  - A host whose key is being rotated has the variable C(pvdify_rotation).
  - What brings requests to a host, and its domains, are the variable C(pvdify_edge).
  - All values are data. None of them is ever a template.
options:
  plugin:
    description: The name of this plugin.
    required: true
    choices: [pvdify]
  document:
    description: A JSON file to read in place of the database.
    type: path
author: the pvdify authors
"""


class InventoryModule(BaseInventoryPlugin):
    NAME = "pvdify"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(".pvdify.yml")

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        document = self._document()
        self.inventory.add_group("pvdify_hosts")
        for name, host in document["hosts"].items():
            self.inventory.add_host(name, group="pvdify_hosts")
            apps = {app: slot for app, slot in document["apps"].items() if slot["host"] == name}
            variables = {**connection_variables(host), "pvdify_host": host, "pvdify_apps": apps}
            rotation = document.get("rotation")
            if rotation is not None and rotation["host"] == name:
                variables["pvdify_rotation"] = rotation
            if name in document.get("edges", {}):
                variables["pvdify_edge"] = document["edges"][name]
            for key, value in variables.items():
                self.inventory.set_variable(name, key, value)
            for app in apps:
                group = self.inventory.add_group("app_" + app.replace("-", "_"))
                self.inventory.add_child(group, name)

    def _document(self) -> dict[str, Any]:
        path = self.get_option("document")
        if path is not None:
            return dict(json.loads(Path(path).read_text(encoding="utf-8")))
        try:
            from pvdifyd.inventory import database_document
        except ImportError as missing:
            raise AnsibleParserError(
                "pvdifyd is not installed beside this ansible-playbook; install pvdify[server]"
            ) from missing
        return database_document()


def connection_variables(host: dict[str, Any]) -> dict[str, Any]:
    """How Ansible reaches a host: itself, or by ssh with a key and with known host keys only."""
    common = {"ansible_python_interpreter": "/usr/bin/python3"}
    if host["connection"] == "local":
        return {**common, "ansible_connection": "local"}
    options = ["-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"]
    if host.get("known_hosts_file"):
        options += ["-o", f'UserKnownHostsFile="{host["known_hosts_file"]}"']
    variables = {
        **common,
        "ansible_connection": "ssh",
        "ansible_host": host["address"],
        "ansible_port": host.get("port") or 22,
        "ansible_user": host["user"],
        "ansible_become": host["user"] != "root",
        "ansible_ssh_common_args": shlex.join(options),
    }
    if host.get("identity_file"):
        variables["ansible_ssh_private_key_file"] = host["identity_file"]
    return variables
