"""Who may do what: each route declares it, and every request is held against it."""

from pvdifyd.http.access.declared import (
    of_all,
    of_app,
    of_apps,
    of_asked_app,
    of_no_app,
    of_operation,
    open_to_all,
)

__all__ = ["of_all", "of_app", "of_apps", "of_asked_app", "of_no_app", "of_operation", "open_to_all"]
