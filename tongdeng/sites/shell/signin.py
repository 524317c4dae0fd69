"""Signing in with a name and a password."""

from typing import Any, ClassVar

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.shortcuts import redirect

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.sites.shell.templatetags.shell import language


class SignInForm(AuthenticationForm):
    """Django's form, with words of our own: which of the two was wrong is nobody's business."""

    error_messages: ClassVar[dict[str, str]] = {"invalid_login": "", "inactive": ""}

    def get_invalid_login_error(self) -> ValidationError:
        """Return what a failed attempt is told."""
        wrong = Text("用户名或密码不对。密码区分大小写。", "User name or password is wrong. Capital letters matter.")
        return ValidationError(wrong.say(language()), code="invalid_login")


class SignIn(LoginView):
    """The sign-in page; a success and a failure are both recorded, a failure without the name that was typed."""

    template_name = "shell/signin.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer; where nobody could sign in yet, lead to what is to be done first."""
        return super().dispatch(request, *args, **kwargs) if org.has_staff() else redirect("first_run")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's values."""
        return {**super().get_context_data(**kwargs), "is_demo": org.is_demo()}

    def form_valid(self, form: Any) -> Any:
        """Sign in."""
        staff = form.get_user()
        audit.record("org.staff.signed_in", by=Actor("sign_in", staff.pk, staff.post_id, "web"))
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> Any:
        """Show the page again."""
        audit.record("org.staff.sign_in_failed", by=Actor("sign_in", origin="web"))
        return super().form_invalid(form)
