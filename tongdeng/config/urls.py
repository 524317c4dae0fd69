"""All addresses."""

from django.urls import include, path
from django.views.i18n import set_language

from tongdeng.sites.api import v1
from tongdeng.sites.portal import follow, verify
from tongdeng.sites.shell import account, factors, first_run, health, metrics, password, proof, provider, signin

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("lang/", set_language, name="set_language"),
    path("first-run/", first_run.first_run, name="first_run"),
    path("first-run/county.xlsx", first_run.template, name="first_run_template"),
    *signin.urlpatterns,
    *provider.urlpatterns,
    path("account/password/", password.password, name="password"),
    *account.urlpatterns,
    *factors.urlpatterns,
    *proof.urlpatterns,
    *verify.urlpatterns,
    *follow.urlpatterns,
    *v1.urlpatterns,
    path("my/", include("tongdeng.sites.portal.urls")),
    path("", include("tongdeng.sites.console.urls")),
]
