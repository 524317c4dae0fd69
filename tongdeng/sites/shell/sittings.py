"""A signed-in session: begun with every sign-in, looked at with every request, ended by time, number or choice."""

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest

from tongdeng.audit.types import Actor
from tongdeng.org import actions
from tongdeng.org import selectors as org
from tongdeng.org.exports import signing_in
from tongdeng.sites.shell.arrivals import address_of

TOKEN, PROVED = "sitting", "proved_at"
BROWSER = 200  # characters kept


def where(request: HttpRequest) -> signing_in.Where:
    """Return where a request comes from."""
    return signing_in.Where(address_of(request), request.headers.get("User-Agent", "")[:BROWSER])


def begin(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    """Begin a sitting: Django calls this at the end of every sign-in, whichever way it took."""
    from allauth.mfa.utils import is_mfa_enabled

    by = Actor("sign_in", user.pk, user.post_id, "web")
    # A demonstration's accounts are shared by everybody who looks at it.
    is_shared = org.is_demo()
    how = "+".join(str(one.get("type") or one.get("method")) for one in get_authentication_records(request, user))
    request.session[TOKEN] = actions.begin_sitting(
        where=where(request), how=how, has_factor=is_shared or is_mfa_enabled(user, ["totp", "webauthn"]),
        most=None if is_shared else settings.TONGDENG_SESSIONS_AT_ONCE, by=by,
    )  # fmt: skip
    prove(request)


def current(request: HttpRequest) -> Any:
    """Return the sitting of a request if it may go on; else end the session and return None."""
    found = signing_in.find_sitting(request.session.get(TOKEN, ""), request.user.pk)
    now = signing_in.real_now()
    ending = "ended" if found is None else signing_in.reason_to_end(found, now)
    if not ending:
        signing_in.note_seen(found, now)
        return found
    if found is not None and found.ended_at is None:
        by = Actor("sign_in", request.user.pk, request.user.post_id, "web")
        actions.end_sittings(sittings=[found.pk], ending=ending, by=by)
    logout(request)
    return None


def finish(request: HttpRequest) -> None:
    """Sign out."""
    if request.user.is_authenticated:
        found = signing_in.find_sitting(request.session.get(TOKEN, ""), request.user.pk)
        if found is not None and found.ended_at is None:
            by = Actor("sign_in", request.user.pk, request.user.post_id, "web")
            actions.end_sittings(sittings=[found.pk], ending="signed_out", by=by)
    logout(request)


def prove(request: HttpRequest) -> None:
    """Remember that whoever sits here has just shown who they are."""
    request.session[PROVED] = time.time()


def is_proved(request: HttpRequest) -> bool:
    """Tell whether that was less than ten minutes ago."""
    return 0 <= time.time() - request.session.get(PROVED, 0) < settings.TONGDENG_PROOF_SECONDS
