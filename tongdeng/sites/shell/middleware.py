"""Headers of every answer, and the signed context of every signed-in request."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound
from django.shortcuts import redirect
from django.urls import resolve
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware

from tongdeng.access import selectors as access
from tongdeng.access.selectors import acting
from tongdeng.access.types import SERVE
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.org.exports import rights
from tongdeng.org.types import PostKind
from tongdeng.sites.shell import sittings

POLICY = (
    "default-src 'none'; base-uri 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# Steps between signing in and working, each with what may be opened before it is done: an own password in the place of
# one that was given out, a second factor, a post.
FIRST = frozenset({"password", "sign_out"})
SECOND = FIRST | {"factors", "factor_app", "factor_key", "recovery_codes", "prove"}
THIRD = SECOND | {"account", "end_sitting", "end_sittings", "remove_factor", "new_recovery_codes", "no_post"}
SYSTEMS = "/api/"  # departments' systems bring a key; see sites.api
RESIDENTS = "/my/"  # residents sign in by another door and under another key of the session; see sites.portal

METHODS = frozenset({"GET", "HEAD", "POST"})
SIGN_OUT = "/sign-out/"  # after which the browser forgets what it was shown

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
        response = self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(sorted(METHODS))
        response.headers.setdefault("Content-Security-Policy", POLICY)
        if request.path == SIGN_OUT and request.method == "POST":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
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
        path = request.path_info
        match = resolve(path) if not path.startswith("/static/") else None
        is_elsewhere = path.startswith((RESIDENTS, SYSTEMS))
        if match is None or is_elsewhere or access.is_open(match.url_name or ""):
            return self.get_response(request)
        sitting = sittings.current(request) if request.user.is_authenticated else None
        if sitting is None:
            return redirect(f"/sign-in/?next={path}")
        name = match.url_name or ""
        if name != "sign_out" and request.user.post is not None and request.user.post.kind == PostKind.RESIDENT:
            return redirect(RESIDENTS)  # the demo's resident, who has come in by the door for staff
        if name == "home" and request.user.post is not None and request.user.post.kind == PostKind.DEVICE:
            return redirect("kiosk")
        step = _next_step(request, sitting, name)
        if step:
            return redirect(step)
        if not access.is_page(name):
            raise Http404
        request.sitting = sitting
        request.actor = Actor(purpose=SERVE, staff_id=request.user.pk, post_id=request.user.post_id, origin="web")
        # Somebody without a post gets no further than the pages of the own account.
        if request.user.post is not None and not access.may_open(name, request.user.post.kind):
            audit.record("access.page.refused", by=request.actor, detail={"page": name})
            raise PermissionDenied
        with acting(request.actor):
            return self.get_response(request)


def _next_step(request: HttpRequest, sitting: Any, name: str) -> str:
    """Return the name of the page that comes before what was asked for; empty: go on."""
    if request.user.has_first_password:
        return "" if name in FIRST else "password"
    if not sitting.has_factor:
        return "" if name in SECOND else "factors"
    return "" if name in THIRD or rights.is_open_to(request.user, clock.today()) else "no_post"
