"""Checking a paper, for anybody who holds one: by number and code, and by its PDF. No person is named."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tongdeng.audit.types import Actor
from tongdeng.kernel.errors import Text
from tongdeng.papers import actions
from tongdeng.papers.types import Genuine
from tongdeng.sites.portal import guesses
from tongdeng.sites.shell.frame import Fault

VERIFY = "verify"
LARGEST = 4 << 20  # bytes of a PDF of ours, with room to spare
TOO_LARGE = Text("文件太大，不会是这里出具的 PDF。", "The file is too large to be a PDF that was issued here.")
NOT_GENUINE = Text(
    "没有对上：没有这个号码，或者验证码不对。请对照文书再输一遍；还是不对，请到出具的部门核实。",
    "That did not fit: there is no such number, or the code is another. Check what you typed against the paper; if it"
    " is right, ask the office named on it.",
)


# Without a session and without an effect there is nothing to forge; and the size is judged before anything is read.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def verify(request: Any) -> HttpResponse:
    """Show the form, filled from the QR code; or what is known of a number and code."""
    if request.method == "GET":
        return _page(request, request.GET, None)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _page(request, {}, None, Fault("file", TOO_LARGE), 413)
    by = Actor(purpose=VERIFY, origin="web")
    tried = guesses.counted(request, how="verify", by=by)
    if tried.locked_until is not None:
        return _page(request, request.POST, None, guesses.TOO_MANY, 429)
    sent = request.FILES.get("file")
    found = actions.check_paper(**guesses.typed(request.POST), file=sent.read() if sent else None, by=by)
    if found is None:
        return _page(request, request.POST, None, Fault("number", NOT_GENUINE), 422)
    tried.good()
    return _page(request, request.POST, found)


def _page(
    request: HttpRequest, typed: Any, found: Genuine | None, fault: Fault | None = None, status: int = 200
) -> HttpResponse:
    page = {
        **guesses.typed(typed), "found": found,
        "faults": (fault,) if fault else (),
    }  # fmt: skip
    return render(request, "portal/verify.html", page, status=status)


urlpatterns = [path("verify/", verify, name="verify")]
