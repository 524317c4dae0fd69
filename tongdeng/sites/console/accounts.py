"""Accounts, for the system administrator: opened without any right, closed, and a new first password."""

import secrets
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST

from tongdeng.audit import actions as audit
from tongdeng.kernel.errors import Text
from tongdeng.org import actions
from tongdeng.org import selectors as org
from tongdeng.org.errors import RightRefused
from tongdeng.org.exports import is_login, rights
from tongdeng.sites.console.frame import build_frame, own_place
from tongdeng.sites.console.right_words import NO_POST
from tongdeng.sites.console.view_models.rights import AccountLine, AccountsPage
from tongdeng.sites.shell.frame import Fault
from tongdeng.sites.shell.proof import recently_proved

HERE = "/accounts/"
PURPOSE = Text("账号管理", "Accounts")
BAD_LOGIN = Text(
    "登录名用 2 到 60 个小写字母、数字、点、横线。",
    "A sign-in name has 2 to 60 small letters, digits, dots and dashes.",
)
NO_NAME = Text("请写姓名。", "Please give the name.")
CLOSED = Text("账号已关闭，岗位已取消。", "The account is closed and its post taken away.")


def _not_in_demo(request: Any) -> None:
    if org.is_demo() and request.method == "POST":
        raise PermissionDenied  # everybody shares the demo's accounts


@require_http_methods(["GET", "POST"])
@recently_proved
def accounts(request: Any) -> HttpResponse:
    """Show the accounts, and open one: it has no right until two others have given it one."""
    _not_in_demo(request)
    form = {key: request.POST.get(key, "").strip()[:60] for key in ("login", "name")}
    if request.method == "GET":
        return _page(request, form)
    faults = [] if is_login(form["login"]) else [Fault("login", BAD_LOGIN)]
    faults += [] if form["name"] else [Fault("name", NO_NAME)]
    if not faults:
        password = secrets.token_urlsafe(12)
        try:
            actions.open_account(login=form["login"], name=form["name"], password=password, by=request.actor)
        except RightRefused as error:
            faults = [Fault("login", error.fact)]
        else:
            return _page(request, {"login": "", "name": ""}, given=(form["login"], password))
    return _page(request, form, tuple(faults), 422)


def _page(
    request: HttpRequest, form: dict[str, str], faults: tuple[Fault, ...] = (), status: int = 200,
    given: tuple[str, str] = ("", ""),
) -> HttpResponse:  # fmt: skip
    found = rights.holders()
    audit.record("org.accounts.listed", by=request.actor, detail={"staff": len(found)})
    lines = tuple(
        AccountLine(
            one.pk, one.name, one.login, Text(one.post.title_zh, one.post.title_en) if one.post else NO_POST,
            one.has_first_password, localtime(one.last_login) if one.last_login else None, one.pk == request.user.pk,
        )
        for one in sorted(found, key=lambda one: one.login)
    )  # fmt: skip
    page = AccountsPage(lines, form, faults, *given, done=CLOSED if "closed" in request.GET else None)
    frame = build_frame(request, place_code=own_place(request), current=HERE, purpose=PURPOSE)
    return render(request, "console/accounts.html", {"frame": frame, "page": page}, status=status)


def _somebody(staff: int) -> Any:
    found = rights.find_staff(staff)
    if found is None or not found.is_active:
        raise Http404
    return found


@require_POST
@recently_proved
def new_password(request: Any, staff: int) -> HttpResponse:
    """Give somebody a new first password, shown this once."""
    _not_in_demo(request)
    found, password = _somebody(staff), secrets.token_urlsafe(12)
    try:
        actions.give_password(staff_id=staff, password=password, by=request.actor)
    except RightRefused as error:
        return _page(request, {"login": "", "name": ""}, (Fault("account", error.fact),), 409)
    return _page(request, {"login": "", "name": ""}, given=(found.login, password))


@require_POST
@recently_proved
def close(request: Any, staff: int) -> HttpResponse:
    """Close an account at once."""
    _not_in_demo(request)
    _somebody(staff)
    try:
        actions.close_account(staff_id=staff, by=request.actor)
    except RightRefused as error:
        return _page(request, {"login": "", "name": ""}, (Fault("account", error.fact),), 409)
    return redirect(f"{HERE}?closed")


urlpatterns = [
    path("accounts/", accounts, name="accounts"),
    path("accounts/<int:staff>/password/", new_password, name="account_password"),
    path("accounts/<int:staff>/close/", close, name="account_close"),
]
