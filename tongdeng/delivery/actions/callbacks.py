"""Call-backs: a random sample of declines that nobody confirmed is asked again, by somebody else."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection, transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.delivery.actions.deliveries import WANTS, record_delivery, take_back_delivery
from tongdeng.delivery.callbacks import MOST_CALLS, PURPOSE, call_day
from tongdeng.delivery.models import Callback, CallbackSample
from tongdeng.delivery.types import Answer, Entry, Outcome
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org.types import territory_of
from tongdeng.people.exports import cards, merges
from tongdeng.work import actions as work

LARGEST = 200  # call-backs of one sample
DAYS_TO_SERVE = 14
# Declines nobody confirmed, the newest of each person and service, where nothing has come of them since. The order by
# digest is random to whoever does not know the seed, and the same for everybody who does.
POOL = """
CREATE TEMP TABLE stage_offer ON COMMIT DROP AS
SELECT DISTINCT ON (d.person_id, d.service)
       d.record_id, d.person_id, d.territory, d.domain, d.service, d.served_on, d.staff_id
FROM delivery_delivery d
WHERE d.outcome = 'offered' AND d.served_on BETWEEN %(first)s AND %(last)s
  AND d.territory >= %(lo)s AND d.territory < %(hi)s
  AND NOT EXISTS (SELECT 1 FROM delivery_callback c
                  WHERE c.record_id = d.record_id OR (c.person_id = d.person_id AND c.service = d.service
                                                      AND c.state = 'open'))
  AND NOT EXISTS (SELECT 1 FROM delivery_delivery s WHERE s.person_id = d.person_id AND s.service = d.service
                  AND s.outcome IN ('served', 'declined') AND s.served_on >= d.served_on)
ORDER BY d.person_id, d.service, d.served_on DESC, d.record_id DESC"""
DRAW = """
INSERT INTO delivery_callback (sample_id, record_id, person_id, territory, domain, service, offered_on, recorder_id,
                               state, calls)
SELECT %(sample)s, record_id, person_id, territory, domain, service, served_on, staff_id, 'open', '[]'
FROM stage_offer ORDER BY md5(%(seed)s || ':' || record_id) LIMIT %(size)s"""


@dataclass(frozen=True)
class Drawn:
    """A sample: how many declines there were, and how many of them are called back."""

    sample_id: int
    offers: int
    size: int


@transaction.atomic
def draw_callbacks(*, place: str, first_on: date, last_on: date, size: int, by: Actor, seed: str = "") -> Drawn:
    """Draw a sample of a place's unconfirmed declines of some days. Raises UnusableInput where there is none to draw.

    The seed is drawn unless given, and kept: nobody chooses whom to ask.
    """
    if last_on < first_on or not 0 < size <= LARGEST:
        raise UnusableInput(
            "delivery.callback.sample",
            Text(
                f"日期的先后不对，或件数不在 1 至 {LARGEST} 之间",
                f"the days are reversed, or not 1 to {LARGEST} of them",
            ),
        )
    lo, hi = territory_of(place)
    seed = seed or secrets.token_hex(8)
    with connection.cursor() as cursor:
        cursor.execute(POOL, {"first": first_on, "last": last_on, "lo": lo, "hi": hi})
        offers = int(cursor.rowcount)
        if not offers:
            raise UnusableInput(
                "delivery.callback.none",
                Text("这段时间没有未经本人确认的谢绝", "no decline without confirmation lies in these days"),
                remedy=Text("换一段日期", "choose other days"),
            )
        sample = CallbackSample.objects.create(
            place=place, first_on=first_on, last_on=last_on, seed=seed, offers=offers, size=min(size, offers),
            staff_id=by.staff_id, drawn_at=clock.now(),
        )  # fmt: skip
        cursor.execute(DRAW, {"sample": sample.pk, "seed": seed, "size": size})
        drawn = int(cursor.rowcount)
        cursor.execute("DROP TABLE stage_offer")
    audit.record(
        "delivery.callbacks.drawn", by=by,
        detail={"sample": sample.pk, "place": place, "offers": offers, "size": drawn, "seed": seed},
    )  # fmt: skip
    return Drawn(int(sample.pk), offers, drawn)


@transaction.atomic
def answer_callback(*, callback_id: int, answer: Answer, by: Actor) -> str:
    """Record what came of a call, and return how the call-back stands now.

    `upheld` settles the service as declined, `wanted` leaves it owed and gives the worker a task, the third
    `not_reached` ends the calls and leaves it owed. Raises UnusableInput for whoever recorded the decline.
    """
    one = _lock(callback_id)
    if one is None or one.state != "open":
        raise UnusableInput(
            "delivery.callback.closed",
            Text("这件已经回访过，或不在本岗位的范围里", "this was called back, or is not within this post's reach"),
        )
    if by.staff_id is None or by.staff_id == one.recorder_id:
        raise UnusableInput(
            "delivery.callback.own",
            Text("记录谢绝的人不能自己回访", "whoever recorded the decline does not call back"),
            remedy=Text("由另一位同事回访", "let a colleague call"),
        )
    ANSWERS[answer](one, by)
    one.calls = [*one.calls, {"at": clock.now().isoformat(), "staff": by.staff_id, "answer": answer.value}]
    if answer is Answer.NOT_REACHED:
        one.state = "not_reached" if len(one.calls) >= MOST_CALLS else "open"
    else:
        one.state = answer.value
    one.save()
    audit.record(
        "delivery.callback.answered", by=by, subjects=[one.person_id],
        detail={"callback": one.pk, "answer": answer.value, "call": len(one.calls)},
    )  # fmt: skip
    return one.state


def _uphold(one: Callback, by: Actor) -> None:
    one.settled_record_id = record_delivery(
        entry=Entry(
            person_id=merges.current(one.person_id), territory=one.territory, service=one.service,
            # The person declined on that day; the call has only confirmed it.
            served_on=one.offered_on, outcome=Outcome.DECLINED, channel="电话", confirmation="callback",
        ),
        by=by,
    )  # fmt: skip


def _want(one: Callback, by: Actor) -> None:
    (one.task_id,) = work.open_tasks(
        kind=WANTS, items=[(merges.current(one.person_id), one.record_id, one.territory)], due_in_days=DAYS_TO_SERVE,
        details=[{"service": one.service, "callback": one.pk}], by=by,
    )  # fmt: skip


ANSWERS: dict[Answer, Callable[[Callback, Actor], None]] = {
    Answer.UPHELD: _uphold,
    Answer.WANTED: _want,
    Answer.NOT_REACHED: lambda one, by: None,
}


@transaction.atomic
def take_back_answer(*, callback_id: int, by: Actor) -> bool:
    """Undo one's own answer of today: what it recorded or opened goes with it. False: there is nothing to undo."""
    one = _lock(callback_id)
    last: dict[str, Any] = one.calls[-1] if one and one.calls else {}
    if one is None or last.get("staff") != by.staff_id or call_day(last) != clock.today():
        audit.record("delivery.callback.not_taken_back", by=by, detail={"callback": callback_id})
        return False
    if one.settled_record_id:
        take_back_delivery(record_id=one.settled_record_id, by=by)
    if one.task_id:
        work.close_tasks(ids=[one.task_id], outcome="taken back", by=by)
    one.calls, one.state, one.settled_record_id, one.task_id = one.calls[:-1], "open", None, None
    one.save()
    audit.record(
        "delivery.callback.taken_back", by=by, subjects=[one.person_id],
        detail={"callback": one.pk, "answer": str(last["answer"])},
    )  # fmt: skip
    return True


def reveal_phone(*, callback_id: int, by: Actor) -> str | None:
    """Return the whole phone number for an open call-back; who looked and why is written down."""
    one = Callback.objects.filter(pk=callback_id, state="open").first()
    if one is None or by.staff_id == one.recorder_id:
        audit.record("delivery.phone.not_revealed", by=by, detail={"callback": callback_id})
        return None
    person = merges.current(one.person_id)
    audit.record(
        "delivery.phone.revealed", by=replace(by, purpose=PURPOSE), subjects=[person], detail={"callback": one.pk}
    )
    return cards.phone_of(person)


def _lock(callback_id: int) -> Callback | None:
    return Callback.objects.select_for_update().filter(pk=callback_id).first()
