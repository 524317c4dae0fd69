"""Tries to sign in, and sittings: how many are too many, how long one lasts. By the real clock, never the injected."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from tongdeng.org.models import Attempt, ProviderSubject, Sitting, SpentCode, Staff

# Tries are written by a connection of their own: guesses that run at the same time see each other, and a page that
# fails takes none of them back.
ASIDE = "aside"
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
MOST_BY_NAME = ((QUARTER, 5), (DAY, 30))
MOST_BY_ADDRESS = ((QUARTER, 60), (DAY, 600))  # an office shares one address
SEEN_EVERY = timedelta(minutes=1)
CODE_SECONDS, CODE_WINDOWS = 30, 3  # a code of an app is good for so long, and for one window before and after


@dataclass(frozen=True)
class Where:
    """Where somebody sits: the address and the browser, as far as the request tells."""

    address: str
    browser: str


def real_now() -> datetime:
    """Return the instant by the server's clock."""
    return datetime.now(UTC)


def name_index(name: str) -> bytes:
    """Return what stands for a typed name: equal for equal names, and no list of what people mistyped."""
    return salted_hmac("tongdeng.org.attempt", name.strip().casefold(), algorithm="sha256").digest()


def token_index(token: str) -> bytes:
    """Return what is kept of a session's token: whoever reads the table cannot sit in."""
    return hashlib.sha256(token.encode()).digest()


def locked_until(*, index: bytes, address: str, now: datetime) -> datetime | None:
    """Return until when no further try of this name or from this address is judged; None: it may be."""
    tries = Attempt.objects.using(ASIDE).filter(is_good=False)
    ends = [
        end
        for found, limits in ((tries.filter(name_index=index), MOST_BY_NAME),
                              (tries.filter(address=address), MOST_BY_ADDRESS))
        for span, most in limits
        if (end := _end(found, span, most, now))
    ]  # fmt: skip
    return max(ends, default=None)


def _end(found, span: timedelta, most: int, now: datetime) -> datetime | None:
    # The try at hand is among them already: with `most` before it, it is one too many.
    times = list(found.filter(at__gt=now - span).order_by("-at").values_list("at", flat=True)[: most + 1])
    return times[most] + span if len(times) > most else None


def failed_tries_since(staff: Staff, since: datetime | None) -> int:
    """Return how often somebody failed with this person's name since an instant."""
    found = Attempt.objects.filter(name_index=name_index(staff.login), is_good=False)
    return (found.filter(at__gt=since) if since else found).count()


def spend_code(staff_id: int, code: str) -> bool:
    """Write down that a code was used; False where it was used before."""
    window = int(real_now().timestamp()) // CODE_SECONDS
    index = salted_hmac("tongdeng.org.spent", f"{staff_id}|{code}", algorithm="sha256").digest()
    spent = SpentCode.objects.using(ASIDE)
    if spent.filter(staff_id=staff_id, code_index=index, window__gt=window - CODE_WINDOWS).exists():
        return False
    _, is_new = spent.get_or_create(staff_id=staff_id, code_index=index, window=window)
    return is_new


def find_sitting(token: str, staff_id: int) -> Sitting | None:
    """Return the sitting of a session's token, ended or not."""
    found = Sitting.objects.filter(token_index=token_index(token)).first() if token else None
    return found if found is not None and hmac.compare_digest(str(found.staff_id), str(staff_id)) else None


def reason_to_end(sitting: Sitting, now: datetime) -> str:
    """Return why a sitting may not go on; empty: it may."""
    if sitting.ended_at is not None:
        return sitting.ending
    if now - sitting.seen_at > timedelta(seconds=settings.TONGDENG_SESSION_IDLE_SECONDS):
        return "idle"
    if now - sitting.started_at > timedelta(seconds=settings.TONGDENG_SESSION_LONGEST_SECONDS):
        return "too_long"
    return ""


def note_seen(sitting: Sitting, now: datetime) -> None:
    """Remember that somebody is still there; at most once a minute, so that reading pages stays reading."""
    if now - sitting.seen_at > SEEN_EVERY:
        Sitting.objects.filter(pk=sitting.pk, ended_at=None).update(seen_at=now)


def open_sittings(staff_id: int) -> list[Sitting]:
    """Return the sittings of somebody that go on, the newest first."""
    now = real_now()
    found = Sitting.objects.filter(staff_id=staff_id, ended_at=None).order_by("-started_at")
    return [one for one in found if not reason_to_end(one, now)]


def past_sittings(staff_id: int, most: int = 20) -> list[Sitting]:
    """Return the newest sign-ins of somebody, whether they go on or not."""
    return list(Sitting.objects.filter(staff_id=staff_id).order_by("-started_at")[:most])


def staff_of_subject(provider: str, subject: str) -> Staff | None:
    """Return who somebody at the county's identity provider is here; None for a stranger."""
    found = ProviderSubject.objects.select_related("staff").filter(provider=provider, subject=subject).first()
    return found.staff if found is not None and found.staff.is_active else None
