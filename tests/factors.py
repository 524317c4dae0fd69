"""Second factors in tests: an app whose secret is known, and its codes."""

import time
from typing import Any

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def enrolled(staff: Any, secret: str = SECRET) -> Any:
    """Give somebody an app with codes, unless they have one, and return them."""
    from allauth.mfa.models import Authenticator

    from tongdeng.sites.shell.adapters import seal

    Authenticator.objects.using("owner").get_or_create(
        user_id=staff.pk, type=Authenticator.Type.TOTP, defaults={"data": {"secret": seal(secret)}}
    )
    return staff


def code(secret: str = SECRET, windows: int = 0) -> str:
    """Return what the app shows, now or so many half minutes later."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + windows))


def browser_of(staff: Any) -> Any:
    """Return a browser (Django's test client) in which somebody with a second factor has signed in."""
    from django.test import Client

    client = Client()
    client.force_login(enrolled(staff))
    return client


def forget_spent_codes() -> None:
    """Let a code open once more: these tests are quicker than the clock that changes it."""
    from django.core.cache import cache

    from tests.databases import owner_here

    cache.clear()  # allauth keeps its own note, in this process only
    with owner_here() as owner:
        owner.execute("DELETE FROM org_spent_code")


def second_step(client: Any, secret: str = SECRET) -> Any:
    """Go through the second step of a sign-in that has begun."""
    forget_spent_codes()
    client.post("/sign-in/second/", {"code": code(secret)})
    return client
