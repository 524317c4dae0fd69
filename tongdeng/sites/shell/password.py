"""One's own password: changed by whoever knows the present one, and before anything else where it was given out."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from tongdeng.kernel.errors import Text
from tongdeng.org import actions
from tongdeng.org import selectors as org
from tongdeng.org.exports import signing_in
from tongdeng.sites.shell import sittings
from tongdeng.sites.shell.frame import Fault

LONGEST = 256  # characters: more would only keep the machine busy
WRONG = Text("这不是现在的密码。", "This is not your present password.")
LOCKED = Text("试的次数太多，请过一刻钟再试。", "Too many tries. Please wait a quarter of an hour.")
SAME = Text("新密码和现在的一样，请换一个。", "The new password is the present one. Please choose another.")
DIFFERENT = Text("两次输入的不一样。", "The two entries differ.")
WEAK = Text("这个密码不能用，请换一个。", "This password will not do. Please choose another.")
# By the rule that a password breaks.
BROKEN = {
    "password_too_short": Text("太短：至少 12 个字符。", "Too short: at least 12 characters."),
    "password_too_common": Text("太常见，容易被猜到。", "Too common: it is easily guessed."),
    "password_too_similar": Text("和用户名或姓名太像，容易被猜到。", "Too close to your name: it is easily guessed."),
}


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Show the form, or change the password: every other session of this person ends, and this one goes on."""
    if org.is_demo():
        return render(request, "shell/password.html", {"is_demo": True}, status=200 if request.method == "GET" else 409)
    faults: list[Fault] = []
    if request.method == "POST":
        faults = _change(request)
        if not faults:
            return redirect("/account/password/?changed")
    page = {
        "faults": faults, "is_first": request.user.has_first_password, "login": request.user.login,
        "is_changed": "changed" in request.GET and not faults,
    }  # fmt: skip
    return render(request, "shell/password.html", page, status=422 if faults else 200)


@sensitive_variables()
def _change(request: Any) -> list[Fault]:
    old, new, again = (request.POST.get(name, "")[:LONGEST] for name in ("old", "new", "again"))
    faults = _weak(new, old, request.user)
    if not faults and new != again:
        faults = [Fault("again", DIFFERENT)]
    if faults:
        return faults
    tried = actions.count_try(
        name=request.user.login, address=sittings.where(request).address, how="password", by=request.actor
    )  # fmt: skip
    if tried.locked_until is not None:
        return [Fault("old", LOCKED)]
    staff = actions.change_password(old=old, new=new, by=request.actor)
    if staff is None:
        return [Fault("old", WRONG)]
    tried.good(staff.pk)
    others = [one.pk for one in signing_in.open_sittings(staff.pk) if one.pk != request.sitting.pk]
    actions.end_sittings(sittings=others, ending="changed", by=request.actor)
    update_session_auth_hash(request, staff)
    return []


def _weak(new: str, old: str, staff: Any) -> list[Fault]:
    try:
        validate_password(new, staff)
    except ValidationError as error:
        return [Fault("new", BROKEN.get(error.error_list[0].code or "", WEAK))]
    return [Fault("new", SAME)] if new == old else []
