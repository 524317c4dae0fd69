"""All addresses."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from tongdeng.sites.shell import first_run, health, password, signin

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("lang/", set_language, name="set_language"),
    path("sign-in/", signin.SignIn.as_view(), name="sign_in"),
    path("first-run/", first_run.first_run, name="first_run"),
    path("first-run/county.xlsx", first_run.template, name="first_run_template"),
    path("account/password/", password.password, name="password"),
    path("sign-out/", LogoutView.as_view(next_page="/sign-in/"), name="sign_out"),
    path("", include("tongdeng.sites.console.urls")),
]
