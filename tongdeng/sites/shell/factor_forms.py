"""Forms of the second factor: each try is counted, and a code opens once."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError

from tongdeng.audit.types import Actor
from tongdeng.kernel.errors import Text
from tongdeng.org import actions
from tongdeng.org.exports import signing_in
from tongdeng.sites.shell import sittings
from tongdeng.sites.shell.adapters import seal, unseal
from tongdeng.sites.shell.backend import SIGN_IN
from tongdeng.sites.shell.templatetags.shell import language

WRONG_CODE = Text(
    "验证码不对或者已经用过。验证码每 30 秒换一个，请用新的。",
    "This code is wrong or was used before. It changes every 30 seconds: please take a new one.",
)
WRONG_KEY = Text("这个安全密钥没有通过，请再试一次。", "This security key was not accepted. Please try again.")
KEPT = "new_factor"  # in the session, sealed, until it is confirmed


def _count(user: Any, how: str) -> Any:
    from tongdeng.sites.shell.signin import locked

    here = sittings.where(context.request).address
    tried = actions.count_try(
        name=user.login, address=here, how=how, by=Actor(SIGN_IN, user.pk, user.post_id, "web")
    )  # fmt: skip
    if tried.locked_until is not None:
        raise locked(tried.locked_until)
    return tried


def _wrong(text: Text) -> ValidationError:
    return ValidationError(text.say(language()), code="wrong")


class CodeForm(AuthenticateForm):
    """A code of an app, or one of the recovery codes."""

    def clean_code(self) -> str:
        """Judge the code, unless there were too many before."""
        tried = _count(self.user, "code")
        try:
            code = super().clean_code()
        except ValidationError:
            raise _wrong(WRONG_CODE) from None
        if self.authenticator.type == Authenticator.Type.TOTP and not signing_in.spend_code(self.user.pk, code):
            raise _wrong(WRONG_CODE)
        tried.good()
        return code


class KeyForm(AuthenticateWebAuthnForm):
    """The answer of a security key."""

    def clean_credential(self) -> Any:
        """Judge the answer, unless there were too many before."""
        tried = _count(self.user, "key")
        try:
            found = super().clean_credential()
        except ValidationError:
            raise _wrong(WRONG_KEY) from None
        tried.good()
        return found


class NewAppForm(ActivateTOTPForm):
    """The first code of an app that is being set up; its secret lies sealed in the session until then."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        session = context.request.session
        if not self.is_bound or KEPT not in session:
            session[KEPT] = seal(totp.generate_totp_secret())
        self.secret = unseal(session[KEPT])

    def clean_code(self) -> str:
        """Judge the code."""
        tried = _count(self.user, "code")
        code = self.cleaned_data["code"]
        if not totp.validate_totp_code(self.secret, code):
            raise _wrong(WRONG_CODE)
        signing_in.spend_code(self.user.pk, code)
        tried.good()
        return code
