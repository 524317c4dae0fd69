"""Before what reaches far (exports, rights, one's own factors): show again who sits here, within ten minutes."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from tongdeng.audit import actions as audit
from tongdeng.org import actions
from tongdeng.sites.shell import sittings
from tongdeng.sites.shell.backend import StaffBackend
from tongdeng.sites.shell.factor_forms import CodeForm
from tongdeng.sites.shell.password import LONGEST, WRONG

View = Callable[..., HttpResponse]


def recently_proved(view: View) -> View:
    """Ask for the password or a code first, unless that was less than ten minutes ago; then the page goes on."""

    @wraps(view)
    def ask_first(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if sittings.is_proved(request):
            return view(request, *args, **kwargs)
        target = f"/account/prove/?{urlencode({'next': request.get_full_path()})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return redirect(target)

    return ask_first


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "POST"])
def prove(request: Any) -> HttpResponse:
    """Take the password or a code, and lead back to what was asked for."""
    target = (request.POST if request.method == "POST" else request.GET).get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    fault = ""
    if request.method == "POST":
        fault = _fault(request)
        if not fault:
            sittings.prove(request)
            audit.record("org.staff.proved", by=request.actor)
            return redirect(target)
        audit.record("org.staff.proof_failed", by=request.actor)
    has_app = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).exists()
    page = {"next": target, "fault": fault, "has_app": has_app, "login": request.user.login}
    return render(request, "shell/prove.html", page, status=422 if fault else 200)


@sensitive_variables()
def _fault(request: Any) -> str:
    from tongdeng.sites.shell.signin import locked
    from tongdeng.sites.shell.templatetags.shell import language

    if request.POST.get("code", "").strip():
        form = CodeForm(user=request.user, data=request.POST)
        return "" if form.is_valid() else str(form.errors["code"][0])
    here = sittings.where(request).address
    tried = actions.count_try(name=request.user.login, address=here, how="password", by=request.actor)
    if tried.locked_until is not None:
        error: ValidationError = locked(tried.locked_until)
        return str(error.messages[0])
    found = StaffBackend().authenticate(request, request.user.login, request.POST.get("password", "")[:LONGEST])
    if found is None:
        return WRONG.say(language())
    tried.good(found.pk)
    return ""


urlpatterns = [path("account/prove/", prove, name="prove")]
