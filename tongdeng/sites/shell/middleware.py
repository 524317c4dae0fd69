"""Headers of every answer, and the signed context of every signed-in request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect
from django.urls import resolve
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware

from tongdeng.access.selectors import acting
from tongdeng.access.types import SERVE
from tongdeng.audit.types import Actor

POLICY = (
    "default-src 'none'; base-uri 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# Answers that need nobody to be signed in.
OPEN = frozenset(
    {
        "sign_in", "set_language", "healthz", "readyz", "metrics", "first_run", "first_run_template", "submit",
        "submit_template", "submit_receipt",
    }
)  # fmt: skip

# What somebody whose password was given out by somebody else may do before choosing an own one.
FIRST = frozenset({"password", "sign_out"})

Answer = Callable[[HttpRequest], HttpResponse]


class Assets(WhiteNoiseMiddleware):
    """Serves style sheets and scripts; one that was built anew since the start is not found, and breaks nothing."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return super().__call__(request)
        except FileNotFoundError:
            if request.path_info not in self.files:
                raise
            return HttpResponseNotFound(content_type="text/plain")


class PolicyHeaders:
    """Sets the content security policy: no inline script or style, nothing from elsewhere, no frames."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if request.path.startswith("/static/"):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ChosenLanguage:
    """Chinese unless the reader switched: the browser's own language says nothing about who uses it in an office."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response


class ActingStaff:
    """Runs a request in one transaction under the signed-in post's context; nobody signed in gets to sign in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = resolve(request.path_info) if not request.path_info.startswith("/static/") else None
        if match is None or match.url_name in OPEN:
            return self.get_response(request)
        if not request.user.is_authenticated:
            return redirect(f"/sign-in/?next={request.path}")
        if request.user.has_first_password and match.url_name not in FIRST:
            return redirect("password")
        request.actor = Actor(purpose=SERVE, staff_id=request.user.pk, post_id=request.user.post_id, origin="web")
        with acting(request.actor):
            return self.get_response(request)
