"""Config vars in addresses."""

from __future__ import annotations

from werkzeug.routing import BaseConverter


class ConfigKey(BaseConverter):
    """A key that has an address of its own. `versions` has none: there the config versions are read. A config var of
    that name is read as part of the whole config."""

    regex = r"(?!versions\Z)[^/]+"
    part_isolating = True
