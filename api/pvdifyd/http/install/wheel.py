"""The wheel of the command line alone, made of the `pvdify` that is installed beside `pvdifyd`.

The same files always make the same bytes: nothing is compressed, no time of now is in it, and the order is fixed.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

PACKAGE = "pvdify"

# Of the extras, those that the command line has a use for.
EXTRAS = ("keyring",)

_TAG = "py3-none-any"
_EXTRA = re.compile(r"""\bextra\s*==\s*["']([^"']+)["']""")
_LEAST_PYTHON = re.compile(r">=\s*(\d+)\.(\d+)")
_LICENSES = ("licenses/LICENSE", "LICENSE")

# The first day that a zip archive knows.
_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Wheel:
    """sha256: of the content, in hexadecimal digits; python: the least version that it runs with."""

    name: str
    version: str
    content: bytes
    sha256: str
    python: tuple[int, int]


def build() -> Wheel:
    """The wheel of what is installed; raises PackageNotFoundError in a checkout that was never installed."""
    installed = metadata.distribution(PACKAGE)
    content = _archive(dict(sorted(_files(installed))), f"{PACKAGE}-{installed.version}.dist-info/RECORD")
    least = _LEAST_PYTHON.search(installed.metadata["Requires-Python"])
    assert least is not None, "setup.cfg says python_requires"
    return Wheel(
        name=f"{PACKAGE}-{installed.version}-{_TAG}.whl",
        version=installed.version,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        python=(int(least[1]), int(least[2])),
    )


def _files(installed: metadata.Distribution) -> Iterator[tuple[str, bytes]]:
    spec = find_spec(PACKAGE)
    assert spec is not None
    for folder in spec.submodule_search_locations or ():
        for path in (each for suffix in ("*.py", "py.typed") for each in Path(folder).rglob(suffix)):
            yield f"{PACKAGE}/{path.relative_to(folder).as_posix()}", path.read_bytes()
    information = f"{PACKAGE}-{installed.version}.dist-info"
    yield f"{information}/METADATA", _metadata(installed).encode()
    yield f"{information}/WHEEL", _lines("Wheel-Version: 1.0", "Generator: pvdifyd", *_KIND).encode()
    yield f"{information}/entry_points.txt", _lines("[console_scripts]", "pvdify = pvdify.main:main").encode()
    for name in _LICENSES:
        text = installed.read_text(name)
        if text:
            yield f"{information}/{name}", text.encode()


_KIND = ("Root-Is-Purelib: true", f"Tag: {_TAG}")


def _metadata(installed: metadata.Distribution) -> str:
    """What pip asks of a wheel. What the daemon needs is left out, since the daemon is."""
    wanted = [text for text in installed.requires or () if set(_EXTRA.findall(text)) <= set(EXTRAS)]
    return _lines(
        "Metadata-Version: 2.1",
        f"Name: {PACKAGE}",
        f"Version: {installed.version}",
        f"Summary: {installed.metadata['Summary']}",
        f"Requires-Python: {installed.metadata['Requires-Python']}",
        *(f"Provides-Extra: {name}" for name in EXTRAS),
        *(f"Requires-Dist: {text}" for text in wanted),
    )


def _archive(files: dict[str, bytes], record: str) -> bytes:
    rows = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {**files, record: _lines(*rows, f"{record},,").encode()}.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"
