"""What allauth asks us: nobody signs up, secrets of second factors are sealed, strangers of a provider stay outside."""

import base64
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.keys.exports import Keys, Root
from tongdeng.org.exports import signing_in
from tongdeng.sites.shell.backend import SIGN_IN
from tongdeng.sites.shell.sittings import where

SEAL = "staff_factor"  # the domain whose key seals the secrets of second factors
_module = Keys(Root.REGISTER)
MAIN = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def seal(text: str) -> str:
    """Return a secret as it may lie in the database."""
    return base64.b64encode(_module.seal(SEAL, text.encode())).decode()


def unseal(sealed: str) -> str:
    """Return a sealed secret."""
    return _module.unseal(SEAL, base64.b64decode(sealed)).decode()


def to_scan(text: str) -> tuple[int, str]:
    """Return a code to scan as the width of its square and one path of SVG."""
    import qrcode

    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return len(rows), "".join(dark)


class StaffAdapter(DefaultAccountAdapter):
    """Staff are added by the administrator, never by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that counts."""
        return where(request).address

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """A closed account is told what a stranger is told."""
        return HttpResponseRedirect("/sign-in/?refused")


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed; the last factor stays."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it may lie in the database."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a sealed secret."""
        return unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """Draw nothing: the page draws the code itself (`to_scan`), since markup in a value is never let through."""
        return ""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Tell whether somebody would still have a second factor without this one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=MAIN)
        return others.exclude(pk=authenticator.pk).exists()


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The county's identity provider says who somebody is; a command said before who that is here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """A stranger makes no account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        """Sign the member of staff in whom this subject was linked to, and show anybody else the door."""
        account = sociallogin.account
        staff = signing_in.staff_of_subject(account.provider, account.uid)
        if staff is None:
            audit.record("org.staff.stranger_refused", by=Actor(SIGN_IN, origin="web"))
            raise ImmediateHttpResponse(HttpResponseRedirect("/sign-in/?stranger"))
        record_authentication(request, staff, "provider", provider=account.provider)
        redirect_url = sociallogin.get_redirect_url(request)
        raise ImmediateHttpResponse(perform_login(request, Login(user=staff, redirect_url=redirect_url)))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_: Any) -> NoReturn:
        """Tell on the sign-in page that it did not work; what exactly stays with the provider."""
        audit.record("org.staff.provider_failed", by=Actor(SIGN_IN, origin="web"))
        raise ImmediateHttpResponse(HttpResponseRedirect("/sign-in/?failed"))
