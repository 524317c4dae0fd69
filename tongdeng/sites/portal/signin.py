"""Coming in: the phone, then the code with a second fact; and going out."""

from datetime import date
from typing import Any

from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongdeng.access.types import RESIDENT_SIGN_IN
from tongdeng.audit.types import Actor
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import PostKind
from tongdeng.privacy import actions
from tongdeng.privacy import selectors as privacy
from tongdeng.privacy.errors import TooManyCodes
from tongdeng.privacy.exports import read_phone
from tongdeng.sites.portal import session
from tongdeng.sites.shell.arrivals import address_of
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.templatetags.shell import language

NO_PHONE = Text("手机号是 11 位数字，请再看一遍。", "A mobile number has 11 digits. Please check it.")
NO_FACT = Text(
    "请填证件号码最后 4 位；没有证件号码的填出生日期。",
    "Enter the last 4 characters of the ID number, or the birth date where there is no number.",
)
NO_DAY = Text("日期写成 1990-05-20 这样。", "Write the date like 1990-05-20.")
NOT_PROVEN = Text(
    "没有对上：验证码过了时间，或者有一项填错了。可以再试，也可以要一个新的验证码。",
    "That did not fit: the code is too old, or something was mistyped. Try again, or ask for a new code.",
)
WRONG_DEMO = Text("用户名或密码不对。", "User name or password is wrong.")


def _by() -> Actor:
    return Actor(purpose=RESIDENT_SIGN_IN, origin="portal")


def _enter(request: Any, person: int) -> HttpResponse:
    session.begin(request, person)
    return redirect("my_home")


@sensitive_post_parameters("phone", "password")
@require_http_methods(["GET", "POST"])
def sign_in(request: Any) -> HttpResponse:
    """Ask for the phone; whatever happens to it, the next page is the same."""
    if request.resident.get(session.PERSON):
        return redirect("my_home")
    if request.method == "GET":
        return _demo_by_staff_door(request) or _phone_page(request)
    if "username" in request.POST:
        return _demo(request)
    phone = read_phone(request.POST.get("phone", "")[:40])
    if phone is None:
        return _phone_page(request, Fault("phone", NO_PHONE))
    try:
        handle = actions.ask_code(
            phone=phone, address=address_of(request), lang=language(), by=_by()
        )  # fmt: skip
    except TooManyCodes as error:
        text = Text(f"{error.fact.zh}，{error.remedy.zh}。", f"Too many codes were asked for; {error.remedy.en}.")
        return _phone_page(request, Fault("phone", text), 429)
    request.resident[session.HANDLE] = handle
    return redirect("my_code")


def _phone_page(request: HttpRequest, fault: Fault | None = None, status: int = 422) -> HttpResponse:
    page = {"faults": (fault,) if fault else (), "is_demo": org.is_demo(), "phone": request.POST.get("phone", "")[:40]}
    return render(request, "portal/sign_in.html", page, status=status if fault else 200)


def _demo(request: Any) -> HttpResponse:
    """Let the demo's resident in by a password; nobody else ever has one here."""
    staff = authenticate(request, username=request.POST["username"][:60], password=request.POST.get("password", ""))
    person = actions.enter_demo(by=_by()) if _is_demo_resident(staff) else None
    return _enter(request, person) if person else _phone_page(request, Fault("username", WRONG_DEMO))


def _is_demo_resident(staff: Any) -> bool:
    return bool(
        staff and staff.is_authenticated and staff.post and staff.post.kind == PostKind.RESIDENT and org.is_demo()
    )


def _demo_by_staff_door(request: Any) -> HttpResponse | None:
    """Let in the demo's resident who signed in on the page for staff; that session ends."""
    if not _is_demo_resident(request.user):
        return None
    person = actions.enter_demo(by=_by())
    logout(request)
    return _enter(request, person) if person else None


@sensitive_post_parameters("code", "number_end", "born_on")
@require_http_methods(["GET", "POST"])
def code(request: Any) -> HttpResponse:
    """Ask for the code and a second fact: the phone alone opens nobody's record, shared or mistyped as it may be."""
    handle = request.resident.get(session.HANDLE)
    if not handle:
        return redirect("my_sign_in")
    if request.method == "GET":
        return _code_page(request)
    sent = {key: request.POST.get(key, "").strip()[:20] for key in ("code", "number_end", "born_on")}
    try:
        born_on = date.fromisoformat(sent["born_on"]) if sent["born_on"] else None
    except ValueError:
        return _code_page(request, Fault("born_on", NO_DAY))
    if not sent["number_end"] and born_on is None:
        return _code_page(request, Fault("number_end", NO_FACT))
    person = actions.prove(
        handle=handle, code=sent["code"], number_end=sent["number_end"], born_on=born_on, by=_by()
    )  # fmt: skip
    return _enter(request, person) if person else _code_page(request, Fault("code", NOT_PROVEN))


def _code_page(request: HttpRequest, fault: Fault | None = None) -> HttpResponse:
    minutes = privacy.rights_law()["sign_in"]["minutes"]
    kept = {key: request.POST.get(key, "")[:20] for key in ("number_end", "born_on")}
    page = {"faults": (fault,) if fault else (), "minutes": minutes, **kept}
    return render(request, "portal/code.html", page, status=422 if fault else 200)


@require_POST
def sign_out(request: Any) -> HttpResponse:
    """End the session at once, on the server too."""
    actions.note_sign_out(person=request.own[0].person_id, by=request.actor)
    request.resident.flush()
    return redirect("my_sign_in")


urlpatterns = [
    path("sign-in/", sign_in, name="my_sign_in"),
    path("code/", code, name="my_code"),
    path("sign-out/", sign_out, name="my_sign_out"),
]
