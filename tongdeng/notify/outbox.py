"""The steps of a word on its way out, each in a transaction of its own."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.keys.exports import Keys, Root
from tongdeng.notify import contacts, languages, selectors
from tongdeng.notify.models import Letter, Message
from tongdeng.notify.selectors import DOMAIN
from tongdeng.notify.types import Parcel, State, Way

# Minutes until the next try; the last of them again and again, for as long as the word is news: what is down overnight
# loses nothing.
BACK_OFF = (1, 5, 30, 120)
DAYTIME = (8, 20)  # hours in China in which word of a letter may leave: phones lie beside those who sleep
LOST = timedelta(minutes=10)  # nobody hands one message on for so long
FORGOTTEN = timedelta(minutes=2)  # a job that has not come by then was lost
_module = Keys(Root.REGISTER)
Where = tuple[Way, str, str] | State  # way, address, text; or why it does not leave


def take(message_id: int, by: Actor) -> Parcel | None:
    """Mark a waiting message as on its way, for good, and return it; None where there is nothing to hand on."""
    with transaction.atomic(durable=True), acting(by):
        message = Message.objects.select_for_update().filter(pk=message_id, state=State.WAITING).first()
        if message is None:
            return None
        where = State.LATE if message.expires_at < clock.now() else _where(message)
        if isinstance(where, State):
            _close(message, where)
            return None
        if message.letter_id is not None and (morning := quiet_until(clock.now())):
            message.next_try_at = morning
            message.save(update_fields=["next_try_at"])
            return None
        message.state, message.tries, message.tried_at = State.SENDING.value, message.tries + 1, clock.now()
        message.way = where[0].value
        message.save(update_fields=["state", "tries", "tried_at", "way"])
        key = f"tongdeng-{message.pk}-{int(message.created_at.timestamp())}"
        return Parcel(message.pk, *where, key)


def quiet_until(at: datetime) -> datetime | None:
    """Return when the day begins, where it is night; None by day."""
    local, (first, last) = at.astimezone(clock.CHINA), DAYTIME
    if first <= local.hour < last:
        return None
    morning = local.replace(hour=first, minute=0, second=0, microsecond=0)
    return morning if local.hour < first else morning + timedelta(days=1)


def _where(message: Message) -> Where:
    if message.letter_id is None:
        if message.address_sealed is None or message.text_sealed is None:
            return State.NOWHERE
        found = (message.address_sealed, message.text_sealed)
        address, text = (_module.unseal(DOMAIN, bytes(one)).decode() for one in found)
        return Way.PHONE, address, text
    letter = Letter.objects.filter(pk=message.letter_id).first()
    if letter is None:  # deleted with its person
        return State.NOWHERE
    ever = contacts.ids_of(_hearer(letter))
    person, wish = ever[0], selectors.wish_of(ever)
    text = languages.template(letter.kind, wish.language).outside
    if wish.way is Way.EMAIL:
        return (Way.EMAIL, wish.email, text) if wish.email else State.NOWHERE
    if wish.way is Way.APP or not contacts.has_agreed(person):
        return State.UNWANTED
    phone = contacts.phone_of(person)
    return (Way.PHONE, phone, text) if phone else State.NOWHERE


def _hearer(letter: Letter) -> int:
    """Return who hears of a letter: whoever applied in the person's place, unless they speak for the person no more."""
    speaker = letter.told_id
    return speaker if speaker and contacts.speaks_for(speaker, letter.person_id) else letter.person_id


def _close(message: Message, state: State) -> None:
    message.state, message.next_try_at = state.value, None
    message.address_sealed = message.text_sealed = None
    message.save(update_fields=["state", "next_try_at", "address_sealed", "text_sealed", "sent_at", "fault"])


def settle(parcel: Parcel, fault: str | None, by: Actor) -> State:
    """Note what became of a message that was handed on, and return it. One that is closed is emptied."""
    with transaction.atomic(durable=True), acting(by):
        message = Message.objects.select_for_update().get(pk=parcel.id)
        message.fault = fault or ""
        again = clock.now() + timedelta(minutes=BACK_OFF[min(message.tries, len(BACK_OFF)) - 1])
        if fault is None:
            message.sent_at = clock.now()
            _close(message, State.SENT)
        elif again > message.expires_at:
            _close(message, State.FAILED)
        else:
            message.state, message.next_try_at = State.WAITING.value, again
            message.save(update_fields=["state", "fault", "next_try_at"])
        return State(message.state)


def due() -> list[int]:
    """Return the messages whose next try has come, and those whose job never came."""
    now = clock.now()
    waiting = Message.objects.filter(state=State.WAITING).filter(
        Q(next_try_at__lte=now) | Q(next_try_at=None, created_at__lt=now - FORGOTTEN)
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:500])


def mark_lost() -> int:
    """Close what was being handed on when its worker was killed: it may have left, so nobody sends it again."""
    lost = Message.objects.filter(state=State.SENDING, tried_at__lt=clock.now() - LOST)
    return lost.update(state=State.UNKNOWN.value, address_sealed=None, text_sealed=None, fault="the worker was stopped")
