"""Signing in with a name and a password."""

from typing import Any

from django.contrib.auth.views import LoginView

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.org import selectors as org


class SignIn(LoginView):
    """The sign-in page; a success and a failure are both recorded, a failure without the name that was typed."""

    template_name = "shell/signin.html"
    redirect_authenticated_user = True

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
