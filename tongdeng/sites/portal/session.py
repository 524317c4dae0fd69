"""A resident's session: a cookie and a store of their own. A staff cookie opens nothing here, nor this one there."""

import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse

from tongdeng.privacy import selectors as privacy

COOKIE, PATH = "tongdeng_my", "/my/"
PERSON, SINCE, ABOUT, HANDLE = "person", "since", "about", "handle"


class ResidentStore(SessionStore):
    """Django's sessions under another salt: its own class name, so that neither store can read the other's rows."""


def load(request: HttpRequest) -> ResidentStore:
    """Return the session that the cookie names; an empty one where there is none, or where it has lived too long."""
    store = ResidentStore(request.COOKIES.get(COOKIE))
    longest = privacy.rights_law()["sign_in"]["longest_minutes"] * 60
    if PERSON in store and not 0 <= time.time() - float(store.get(SINCE, 0)) < longest:
        store.flush()
    return store


def begin(request: Any, person: int) -> None:
    """Begin the session of somebody who has proven who they are, under a new key."""
    request.resident.flush()
    request.resident[PERSON], request.resident[SINCE] = person, time.time()


def keep(request: Any, response: HttpResponse) -> None:
    """Save what is in the session and renew its cookie; an empty session has none."""
    store: ResidentStore = request.resident
    if store.is_empty():
        if COOKIE in request.COOKIES:
            response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
        return
    idle = privacy.rights_law()["sign_in"]["idle_minutes"] * 60
    store.set_expiry(idle)
    store.save()
    response.set_cookie(
        COOKIE, store.session_key, max_age=idle, path=PATH, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
