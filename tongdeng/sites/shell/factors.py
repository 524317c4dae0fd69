"""One's own second factors: an app with codes, security keys, and recovery codes for the day both are lost."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.recovery_codes.internal.flows import view_recovery_codes
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from tongdeng.audit import actions as audit
from tongdeng.org import actions
from tongdeng.org import selectors as org
from tongdeng.sites.shell.adapters import to_scan
from tongdeng.sites.shell.factor_forms import KEPT
from tongdeng.sites.shell.proof import recently_proved
from tongdeng.sites.shell.templatetags.shell import language

GROUP = 4  # letters of a key that stand together, so that it can be typed


def mine(request: Any) -> list[Authenticator]:
    """Return the second factors of whoever reads, without the recovery codes."""
    found = Authenticator.objects.filter(user_id=request.user.pk)
    return list(found.exclude(type=Authenticator.Type.RECOVERY_CODES).order_by("created_at"))


@require_GET
def factors(request: Any) -> HttpResponse:
    """Offer the two kinds; whoever has none yet comes here from every address."""
    if org.is_demo():
        return redirect("account")
    return render(request, "shell/factors.html", {"is_first": not request.sitting.has_factor})


def _not_in_demo(request: HttpRequest) -> None:
    # Everybody shares a demo's accounts: one visitor would lock out all others.
    if org.is_demo():
        raise Http404


def _done(request: Any) -> str:
    """Open everything to this session, and return where to go on: recovery codes are shown once, now."""
    others = [one.pk for one in _others(request)]
    if others:
        actions.end_sittings(sittings=others, ending="changed", by=request.actor)
    actions.complete_sitting(sitting_id=request.sitting.pk, by=request.actor)
    return "/account/recovery-codes/"


def _others(request: Any) -> list[Any]:
    from tongdeng.org.exports import signing_in

    return [one for one in signing_in.open_sittings(request.user.pk) if one.pk != request.sitting.pk]


@method_decorator(recently_proved, name="dispatch")
class NewApp(ActivateTOTPView):
    """An app with codes: scan, or type the key; then one code shows that it works."""

    template_name = "shell/factor_app.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer, once for each person: a second app would take the first one's place unasked."""
        _not_in_demo(request)
        if any(one.type == Authenticator.Type.TOTP for one in mine(request)):
            return redirect("account")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's values."""
        found = super().get_context_data(**kwargs)
        secret = found["form"].secret.rstrip("=")
        key = " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))
        width, dark = to_scan(found["totp_url"])
        return {
            **found,
            "key": key,
            "width": width,
            "dark": dark,
            "faults": [e for errors in found["form"].errors.values() for e in errors],
        }

    def form_valid(self, form: Any) -> Any:
        """Keep the app."""
        super().form_valid(form)
        self.request.session.pop(KEPT, None)
        return redirect(_done(self.request))

    def get_success_url(self) -> str:
        """Return where allauth would go on."""
        return "/account/"


@method_decorator(recently_proved, name="dispatch")
class NewKey(AddWebAuthnView):
    """A security key, or what the computer itself offers."""

    template_name = "shell/factor_key.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer."""
        _not_in_demo(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's values."""
        found = super().get_context_data(**kwargs)
        return {**found, "form": kwargs.get("form"), "is_wrong": bool(kwargs.get("form"))}

    def form_valid(self, form: Any) -> Any:
        """Keep the key."""
        super().form_valid(form)
        return redirect(_done(self.request))

    def get_success_url(self) -> str:
        """Return where allauth would go on."""
        return "/account/"


@require_GET
@recently_proved
def recovery_codes(request: Any) -> HttpResponse:
    """Show the recovery codes, once."""
    wrapper, may_see = view_recovery_codes(request)
    if wrapper is None:
        return redirect("account")
    codes = wrapper.get_unused_codes() if may_see else []
    return render(request, "shell/recovery_codes.html", {"codes": codes, "login": request.user.login})


@require_POST
@recently_proved
def new_recovery_codes(request: Any) -> HttpResponse:
    """Make new recovery codes; the former ones open nothing any more."""
    if not mine(request):
        raise Http404
    Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(request.user)
    audit.record("org.staff.recovery_codes_made", by=request.actor)
    return redirect("recovery_codes")


@require_POST
@recently_proved
def remove_factor(request: Any, factor: int) -> HttpResponse:
    """Take an own factor away, as long as another one stays."""
    found = next((one for one in mine(request) if one.pk == factor), None)
    if found is None:
        raise Http404
    if not get_adapter().can_delete_authenticator(found):
        return redirect("/account/?last")
    delete_and_cleanup(request, found)
    if others := [one.pk for one in _others(request)]:
        actions.end_sittings(sittings=others, ending="changed", by=request.actor)
    audit.record("org.staff.factor_removed", by=request.actor, detail={"kind": found.type})
    return redirect("/account/?removed")


def named(one: Authenticator) -> str:
    """Return what a factor is called."""
    if one.type == Authenticator.Type.TOTP:
        return "Authenticator app" if language() == "en" else "验证器应用"
    return str(one.wrap().name)


urlpatterns = [
    path("account/second-factor/", factors, name="factors"),
    path("account/second-factor/app/", NewApp.as_view(), name="factor_app"),
    path("account/second-factor/key/", NewKey.as_view(), name="factor_key"),
    path("account/second-factor/<int:factor>/remove/", remove_factor, name="remove_factor"),
    path("account/recovery-codes/", recovery_codes, name="recovery_codes"),
    path("account/recovery-codes/new/", new_recovery_codes, name="new_recovery_codes"),
]
