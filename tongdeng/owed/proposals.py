"""Services that are proposed and need no application (免申即享), as the law's versions say."""

from datetime import date

from tongdeng.access.selectors import service_domain
from tongdeng.catalogue import selectors as catalogue
from tongdeng.owed.windows import kind_of
from tongdeng.rules.model import Service, Version


def proposed_services(day: date, domains: str, bureau: str | None = None) -> list[tuple[Service, Version]]:
    """Return the services a post may propose: within its domains and, for a bureau's post, the bureau's own.

    A service that only an event or a request calls for is never proposed: nobody could tell to whom.
    """
    return [
        (service, version)
        for service, version in catalogue.open_law().in_force_on(day)
        if version.without_application is not None and kind_of(version) != "event"
        and service_domain(service.code) in domains and bureau in (None, service.bureau)
    ]  # fmt: skip
