"""Signing in: name and password, then the second factor; and signing out."""

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel.errors import Text
from tongdeng.org import actions
from tongdeng.org import selectors as org
from tongdeng.org.exports import signing_in
from tongdeng.sites.shell import sittings
from tongdeng.sites.shell.backend import SIGN_IN
from tongdeng.sites.shell.templatetags.shell import language

WRONG = Text("用户名或密码不对。密码区分大小写。", "User name or password is wrong. Capital letters matter.")
# What the address asks the page to say, after a way in that led back here.
TOLD = {
    "stranger": Text(
        "统一身份认证里的这个人还没有和这里的用户对应。请找系统管理员。",
        "The identity provider knows you, but nobody here is linked to that name. Ask the system administrator.",
    ),
    "failed": Text(
        "统一身份认证没有成功，请再试一次。", "Signing in at the identity provider did not work. Please try again."
    ),
    "refused": WRONG,
}


def locked(until: datetime) -> ValidationError:
    """Return what is told whoever tries too often: the same for a name that exists and one that does not."""
    minutes = max(1, -int((signing_in.real_now() - until).total_seconds() // 60))
    said = Text(
        f"试的次数太多，{minutes} 分钟后可以再试。不是您本人在试，请告诉安全管理员。",
        f"Too many tries. You may try again in {minutes} minutes. If it was not you, tell the security administrator.",
    )
    return ValidationError(said.say(language()), code="locked")


class SignInForm(AuthenticationForm):
    """Django's form, with words of our own: which of the two was wrong is nobody's business. Each try is counted."""

    error_messages: ClassVar[dict[str, str]] = {"invalid_login": "", "inactive": ""}

    def clean(self) -> Any:
        """Judge name and password, unless this name or this address has failed too often."""
        here = sittings.where(self.request).address
        tried = actions.count_try(
            name=self.cleaned_data.get("username") or "", address=here, how="password", by=Actor(SIGN_IN, origin="web")
        )
        if tried.locked_until is not None:
            raise locked(tried.locked_until)
        cleaned = super().clean()
        if self.user_cache is not None:
            tried.good(self.user_cache.pk)
        return cleaned

    def get_invalid_login_error(self) -> ValidationError:
        """Return what a failed attempt is told."""
        return ValidationError(WRONG.say(language()), code="invalid_login")


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SignIn(LoginView):
    """The sign-in page; a success and a failure are both recorded, a failure without the name that was typed."""

    template_name = "shell/signin.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer; where nobody could sign in yet, lead to what is to be done first."""
        if not org.has_staff():
            return redirect("first_run")
        answer = super().dispatch(request, *args, **kwargs)
        _allow_provider(answer)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's values."""
        told = next((text for key, text in TOLD.items() if key in self.request.GET), None)
        provider = next(iter(_providers()), None)
        return {**super().get_context_data(**kwargs), "is_demo": org.is_demo(), "told": told, "provider": provider}

    def form_valid(self, form: Any) -> Any:
        """Go on to the second factor, or in where there is none to ask for."""
        staff = form.get_user()
        login = Login(user=staff, redirect_url=self.get_success_url())
        return perform_password_login(self.request, {}, login)

    def form_invalid(self, form: Any) -> Any:
        """Show the page again."""
        audit.record("org.staff.sign_in_failed", by=Actor(SIGN_IN, origin="web"))
        return self.render_to_response(self.get_context_data(form=form))


def _providers() -> list[dict[str, Any]]:
    return list(settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", []))


def _allow_provider(answer: HttpResponse) -> None:
    """Let the form lead on to the county's provider: browsers hold the form's policy against redirects, too."""
    from tongdeng.sites.shell.middleware import POLICY

    places = [urlsplit(app["settings"]["server_url"]) for app in _providers()]
    if places:
        allowed = " ".join(f"{place.scheme}://{place.netloc}" for place in places)
        answer.headers["Content-Security-Policy"] = POLICY.replace(
            "form-action 'self'", f"form-action 'self' {allowed}"
        )


class SecondStep(AuthenticateView):
    """The second factor, after the password and within five minutes of it."""

    template_name = "shell/second_step.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer as whoever has given the password: the database lets a factor be used by its owner only."""
        stage = LoginStageController.enter(request, AuthenticateStage.key)
        if stage is None or request.user.is_authenticated:
            return redirect("sign_in")
        staff = stage.login.user
        with acting(Actor(SIGN_IN, staff.pk, staff.post_id, "web")):
            return super().dispatch(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> Any:
        """Show the page again."""
        staff = self.stage.login.user
        audit.record("org.staff.second_step_failed", by=Actor(SIGN_IN, staff.pk, staff.post_id, "web"))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's values."""
        from allauth.mfa.models import Authenticator

        found = super().get_context_data(**kwargs)
        kinds = set(Authenticator.objects.filter(user_id=self.stage.login.user.pk).values_list("type", flat=True))
        faults = [error for form in (found["form"], found.get("webauthn_form")) if form for error in _errors(form)]
        return {**found, "has_app": "totp" in kinds, "has_key": "webauthn" in kinds, "faults": faults}


def _errors(form: Any) -> list[str]:
    return [error for errors in form.errors.values() for error in errors] if form.is_bound else []


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    sittings.finish(request)
    return redirect("sign_in")


urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign_in"),
    path("sign-in/", SignIn.as_view(), name="account_login"),  # as allauth calls it
    path("sign-in/second/", SecondStep.as_view(), name="second_step"),
    path("sign-in/second/", SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-out/", sign_out, name="sign_out"),
]
