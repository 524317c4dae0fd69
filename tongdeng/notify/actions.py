"""Telling people: a letter in My services, and a word outside to whoever wants one."""

import json
import re
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.keys.exports import Keys, Root
from tongdeng.notify import channels, languages, outbox
from tongdeng.notify.errors import WishRefused
from tongdeng.notify.models import Letter, Message, Preference
from tongdeng.notify.selectors import DOMAIN
from tongdeng.notify.types import About, NotDelivered, Reader, State, Value, Way

DELIVER = "tongdeng.notify.tasks.deliver"
MOST_SECONDS = 30  # of one round of tries
LETTER_LIVES = timedelta(days=2)  # after that a word outside is no news
EMAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@[a-zA-Z0-9.-]{1,180}\.[a-zA-Z]{2,24}")
_module = Keys(Root.REGISTER)


def send(*, kind: str, address: str, text: str, minutes: int, by: Actor) -> int:
    """Seal a message and let it leave once this transaction is committed; it is thrown away after so many minutes."""
    at, seal = clock.now(), _module.seal
    message = Message.objects.create(
        kind=kind, address_sealed=seal(DOMAIN, address.encode()), text_sealed=seal(DOMAIN, text.encode()),
        created_at=at, expires_at=at + timedelta(minutes=minutes),
    )  # fmt: skip
    audit.record("notify.message.sent", by=by, detail={"kind": kind, "message": message.pk})
    _leave(message)
    return int(message.pk)


def _leave(message: Message) -> None:
    transaction.on_commit(partial(app.configure_task(DELIVER).defer, message_id=message.pk))


@transaction.atomic
def tell(*, kind: str, about: About, to: Reader, fields: Mapping[str, Value], by: Actor) -> int:
    """Write somebody a letter, once for this kind, matter and step, and return its number.

    A word outside follows after the commit, by the way the person chose. Raises MessageFaulty.
    """
    languages.check(kind, fields)
    same = {"subject_kind": about.kind, "subject_id": about.id, "kind": kind, "step": about.step}
    if (found := Letter.objects.filter(**same).first()) is not None:
        return int(found.pk)
    at, plain = clock.now(), json.dumps(languages.plain(fields), ensure_ascii=False).encode()
    try:
        with transaction.atomic():
            letter = Letter.objects.create(
                person_id=to.person_id, territory=to.territory, domain=to.domain, desks=list(to.desks), made_at=at,
                fields_sealed=_module.seal(to.domain, plain), staff_id=by.staff_id, told_id=to.told_id, **same,
            )  # fmt: skip
    except IntegrityError:
        if (found := Letter.objects.filter(**same).first()) is None:
            raise
        return int(found.pk)
    _leave(
        Message.objects.create(kind=kind, letter_id=letter.pk, created_at=at, expires_at=at + LETTER_LIVES)
    )  # fmt: skip
    audit.record(
        "notify.letter.written", by=by, subjects=[to.person_id],
        detail={"letter": letter.pk, "kind": kind, "for": about.kind, "number": about.id},
    )  # fmt: skip
    return int(letter.pk)


@transaction.atomic
def choose(*, person_id: int, territory: str, way: Way, language: str, email: str, by: Actor) -> None:
    """Write down how somebody wants to hear. Raises WishRefused, in words for them."""
    if language not in languages.known():
        raise WishRefused(
            "language", Text("没有这种语言", "there is no such language"), Text("请另选", "choose another")
        )
    if way is Way.EMAIL and not channels.has_mail():
        raise WishRefused(
            "way", Text("这里还不能发邮件", "e-mail is not set up here"), Text("请另选", "choose another way")
        )
    if way is Way.EMAIL and not EMAIL.fullmatch(email.strip()):
        raise WishRefused(
            "email", Text("邮箱地址不对", "this is no e-mail address"),
            Text("请写成 name@example.cn 这样", "write it like name@example.cn"),
        )  # fmt: skip
    Preference.objects.create(
        person_id=person_id, territory=territory, way=way.value, language=language, at=clock.now(),
        email_sealed=_module.seal(DOMAIN, email.strip().encode()) if way is Way.EMAIL else None,
    )  # fmt: skip
    audit.record("notify.preference.chosen", by=by, subjects=[person_id], detail={"way": way.value})


def deliver(*, message_id: int, by: Actor) -> bool:
    """Hand a waiting message to its channel, once. Returns whether another try will be made.

    Taken, handed on and settled in three steps, each committed: whoever is killed in between leaves it marked as on
    its way, and nobody hands it on a second time.
    """
    parcel = outbox.take(message_id, by)
    if parcel is None:
        audit.record("notify.message.handled", by=by, detail={"message": message_id, "state": "not taken"})
        return False
    fault = None
    try:
        channels.channel(parcel.way).send(parcel.address, parcel.text, key=parcel.key)
    except NotDelivered as error:
        fault = str(error)
    state = outbox.settle(parcel, fault, by)
    audit.record("notify.message.handled", by=by, detail={"message": message_id, "state": state.value})
    return state is State.WAITING


def deliver_due(*, by: Actor) -> dict[str, int]:
    """Try again what may be tried again, and note what a killed worker left on its way: it is not sent twice."""
    lost = outbox.mark_lost()
    tried, until = 0, time.monotonic() + MOST_SECONDS
    for message_id in outbox.due():
        if time.monotonic() > until:
            break  # a gateway that hangs must not hold up whatever else the worker does
        deliver(message_id=message_id, by=by)
        tried += 1
    if lost or tried:
        audit.record("notify.messages.tried_again", by=by, detail={"tried": tried, "lost": lost})
    return {"tried": tried, "lost": lost}


def note_reading(*, persons: list[int], by: Actor) -> None:
    """Write down that somebody looked at a person's letters."""
    audit.record("notify.letters.viewed", by=by, subjects=persons)
