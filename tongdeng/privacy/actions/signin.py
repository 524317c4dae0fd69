"""Signing in by a code to one's phone and a second fact about oneself."""

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.notify import actions as notify
from tongdeng.people.exports import records
from tongdeng.privacy import codes, reach, rights
from tongdeng.privacy.models import Challenge
from tongdeng.work import actions as work

HANDLE_BYTES = 24
SEND = "tongdeng.privacy.tasks.send_code"


@transaction.atomic
def ask_code(*, phone: str, address: str, lang: str, by: Actor) -> str:
    """Ask for a code to a phone and return the handle that the browser keeps.

    Nobody looks here whether the phone is known: a job does, so that neither answer nor time tells it.
    """
    at, phone_index, address_index = clock.now(), codes.index("phone", phone), codes.index("address", address)
    codes.check_limits(phone_index, address_index)
    handle = secrets.token_urlsafe(HANDLE_BYTES)
    challenge = Challenge.objects.create(
        handle_index=codes.index("handle", handle), phone_index=phone_index, address_index=address_index, lang=lang,
        phone_sealed=records.seal_text(phone, codes.SEAL), created_at=at,
        expires_at=at + timedelta(minutes=rights.law()["sign_in"]["minutes"]),
    )  # fmt: skip
    audit.record("privacy.code.asked", by=by, detail={"challenge": challenge.pk})
    work.ask_for_job(SEND, lock=f"code-{challenge.pk}", challenge_id=challenge.pk)
    return handle


def send_code(*, challenge_id: int, by: Actor) -> bool:
    """Send a code where somebody has this phone. Everybody who has it sees that one was asked for."""
    with acting(by):
        challenge = Challenge.objects.filter(pk=challenge_id, code_index=None, used_at=None).first()
        phone = records.unseal_text(challenge.phone_sealed, codes.SEAL) if challenge else None
        if challenge is None or phone is None or challenge.expires_at < clock.now():
            audit.record("privacy.code.dropped", by=by, detail={"challenge": challenge_id})
            return False
        found = reach.bearers_known_to_job(phone)
        audit.record("privacy.code.looked_up", by=by, subjects=found, detail={"challenge": challenge_id})
        if not found:
            return False
        code = codes.new_code()
        Challenge.objects.filter(pk=challenge_id).update(code_index=codes.code_index(challenge, code))
        left = max(1, int((challenge.expires_at - clock.now()).total_seconds() // 60))
        notify.send(kind="privacy.code", address=phone, text=codes.message(code, challenge.lang), minutes=left, by=by)
        return True


def _take_try(handle: str) -> Challenge | None:
    """Count one try of a code that still lives, at once and for good, whatever becomes of the rest."""
    alive = Challenge.objects.filter(
        handle_index=codes.index("handle", handle), used_at=None, expires_at__gt=clock.now(),
        tries__lt=rights.law()["sign_in"]["tries"],
    )  # fmt: skip
    return alive.first() if alive.update(tries=F("tries") + 1) else None


def prove(*, handle: str, code: str, number_end: str, born_on: date | None, by: Actor) -> int | None:
    """Return the person who signs in: the code fits, and the second fact fits exactly one who carries the phone.

    None otherwise, with no word about which of them was wrong.
    """
    challenge = _take_try(handle)
    is_right = challenge is not None and codes.is_code(challenge, code)
    phone = records.unseal_text(challenge.phone_sealed, codes.SEAL) if challenge and is_right else None
    person = None
    if challenge and phone:
        with acting(by):
            person = reach.proven(reach.bearers(phone), number_end, born_on)
    if challenge is None or person is None:
        audit.record("privacy.sign_in.refused", by=by, detail={"challenge": challenge.pk if challenge else None})
        return None
    Challenge.objects.filter(pk=challenge.pk).update(used_at=clock.now(), phone_sealed=None)
    audit.record("privacy.resident.signed_in", by=by, subjects=[person], detail={"way": "code"})
    return person


def enter_demo(*, by: Actor) -> int | None:
    """Return the invented person whom the demo's resident plays; None where this is no demo."""
    with acting(by):
        person = reach.demo_person()
        audit.record("privacy.resident.signed_in", by=by, subjects=[person] if person else [], detail={"way": "demo"})
        return person


def note_sign_out(*, person: int, by: Actor) -> None:
    """Write down that somebody left."""
    audit.record("privacy.resident.signed_out", by=by, subjects=[person])


def forget_phones(*, by: Actor) -> int:
    """Empty the phones of codes that have ended, and return how many that were."""
    ended = Challenge.objects.filter(expires_at__lt=clock.now(), phone_sealed__isnull=False)
    count = ended.update(phone_sealed=None)
    audit.record("privacy.codes.forgotten", by=by, detail={"codes": count})
    return int(count)
