"""Finding domains by their app, their host, or their name."""

from __future__ import annotations

from peewee import ModelSelect

from pvdifyd.errors import NotFoundError
from pvdifyd.models import App, Domain, Host


def of_app(app: App) -> ModelSelect[Domain]:
    """The app's domains, each with the app, by name."""
    return Domain.select(Domain, App).join(App).where(Domain.app == app).order_by(Domain.name)


def of_host(host: Host) -> ModelSelect[Domain]:
    """The domains of all the host's apps, each with its app, by name."""
    return Domain.select(Domain, App).join(App).where(App.host == host).order_by(Domain.name)


def domain(app: App, name: str) -> Domain:
    """The app's domain; raises NotFoundError(domain_not_found)."""
    found = Domain.get_or_none((Domain.app == app) & (Domain.name == name))
    if found is None:
        raise NotFoundError(
            f"{app.name} has no domain {name}. List its domains: `pvdify domains {app.name}`.",
            code="domain_not_found",
        )
    return found
