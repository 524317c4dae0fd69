"""One's own account: password, second factors, where one is signed in, and every sign-in there was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from tongdeng.kernel.errors import Text
from tongdeng.org import actions
from tongdeng.org import selectors as org
from tongdeng.org.exports import signing_in
from tongdeng.sites.shell import factors

HOW = {
    "password": Text("密码", "password"),
    "totp": Text("验证码", "app code"),
    "webauthn": Text("安全密钥", "security key"),
    "recovery_codes": Text("备用码", "recovery code"),
    "provider": Text("统一身份认证", "identity provider"),
}
ENDINGS = {
    "": Text("还在", "still there"),
    "signed_out": Text("已退出", "signed out"),
    "idle": Text("太久没有动作", "idle for too long"),
    "too_long": Text("满 8 小时", "eight hours were over"),
    "too_many": Text("登录的地方太多", "too many sessions"),
    "ended": Text("从别处结束", "ended from elsewhere"),
    "changed": Text("密码、验证或岗位变了", "password, factor or post changed"),
}
# By what a browser calls itself; the first that fits.
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class SittingLine:
    """One sign-in in words."""

    number: int
    at: datetime
    seen_at: datetime
    address: str
    browser: str
    how: Text
    ending: Text
    is_open: bool
    is_here: bool


def _browser(told: str) -> str:
    words = [next((name for sign, name in known if sign in told), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, words)) or "-"


def _how(kept: str) -> Text:
    steps = [HOW.get(step, Text(step, step)) for step in kept.split("+") if step]
    return Text.listed(steps) if steps else Text("-", "-")


def _lines(request: Any, found: list[Any]) -> tuple[SittingLine, ...]:
    now = signing_in.real_now()
    return tuple(
        SittingLine(
            one.pk,
            localtime(one.started_at),
            localtime(one.seen_at),
            one.address,
            _browser(one.browser),
            _how(one.how),
            ENDINGS.get(signing_in.reason_to_end(one, now), ENDINGS["ended"]),
            not signing_in.reason_to_end(one, now),
            one.pk == request.sitting.pk,
        )
        for one in found
    )


@require_GET
def account(request: Any) -> HttpResponse:
    """Show one's own account."""
    history = signing_in.past_sittings(request.user.pk)
    former = next((one.started_at for one in history if one.pk != request.sitting.pk), None)
    page = {
        "is_demo": org.is_demo(),
        "factors": [(one, factors.named(one)) for one in factors.mine(request)],
        "open": _lines(request, signing_in.open_sittings(request.user.pk)),
        "history": _lines(request, history),
        "failed": signing_in.failed_tries_since(request.user, former),
        "told": next((key for key in ("last", "removed", "ended") if key in request.GET), ""),
    }
    return render(request, "shell/account.html", page)


@require_POST
def end_sitting(request: Any, number: int) -> HttpResponse:
    """End one of one's own sessions elsewhere."""
    actions.end_sittings(sittings=[number], ending="ended", by=request.actor)
    return redirect("/account/?ended")


@require_POST
def end_sittings(request: Any) -> HttpResponse:
    """End all of one's own sessions elsewhere."""
    others = [one.pk for one in signing_in.open_sittings(request.user.pk) if one.pk != request.sitting.pk]
    actions.end_sittings(sittings=others, ending="ended", by=request.actor)
    return redirect("/account/?ended")


@require_GET
def no_post(request: Any) -> HttpResponse:
    """Tell somebody without a post what comes next."""
    return render(request, "shell/no_post.html")


urlpatterns = [
    path("account/", account, name="account"),
    path("account/", account, name="mfa_index"),  # as allauth calls it
    path("account/no-post/", no_post, name="no_post"),
    path("account/sessions/end/", end_sittings, name="end_sittings"),
    path("account/sessions/<int:number>/end/", end_sitting, name="end_sitting"),
]
