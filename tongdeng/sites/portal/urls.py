"""Addresses of the portal."""

from tongdeng.sites.portal import (
    apply,
    appointments,
    cases,
    choices,
    home,
    looks,
    messages,
    my_data,
    packages,
    proxies,
    requests,
    signin,
)

urlpatterns = [
    *signin.urlpatterns,
    *home.urlpatterns,
    *my_data.urlpatterns,
    *looks.urlpatterns,
    *requests.urlpatterns,
    *choices.urlpatterns,
    *appointments.urlpatterns,
    *messages.urlpatterns,
    *cases.urlpatterns,
    *packages.urlpatterns,
    *apply.urlpatterns,
    *proxies.urlpatterns,
]
