"""Config vars in addresses."""

from __future__ import annotations

from werkzeug.routing import BaseConverter


class ConfigKey(BaseConverter):
    """A key. `versions` is none: there the config versions are, and a config var of that name is read and removed as
    part of the whole config."""

    regex = r"(?!versions\Z)[^/]+"
    part_isolating = True
