"""Supervision orders: opened by the lights, answered by whoever is late."""

from collections.abc import Iterable

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import rules, selectors
from tongdeng.desk.actions.stepping import take_step
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import Case, Supervision
from tongdeng.desk.types import Act, Clock, Given, Signal
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.people.exports import records
from tongdeng.work.exports import calendar


def open_orders(*, case: Case, broken: Iterable[tuple[Signal, Clock]], by: Actor) -> int:
    """Open an order for each light and term that has none yet, and return how many."""
    known = set(Supervision.objects.filter(case_id=case.pk).values_list("signal", "clock"))
    made = [
        Supervision(
            case_id=case.pk, person_id=case.person_id, territory=case.territory, domain=case.domain, desks=case.desks,
            signal=signal.value, clock=which.value, opened_at=clock.now(),
            reply_due_on=calendar.add_days(clock.today(), rules.reply_days(signal)),
        )
        for signal, which in broken
        if (signal.value, which.value) not in known
    ]  # fmt: skip
    Supervision.objects.bulk_create(made)
    for one in made:
        audit.record(
            "desk.supervision.opened", by=by, subjects=[case.person_id],
            detail={"case": case.pk, "signal": one.signal, "clock": one.clock},
        )  # fmt: skip
    return len(made)


@transaction.atomic
def reply(*, order_id: int, words: str, by: Actor, told: Given | None = None) -> None:
    """Answer a supervision order, once; where a term was broken, whoever is in charge tells the applicant as well.

    `told`: what the applicant reads: why, in words and by its code, and by when it is expected now.
    """
    found = Supervision.objects.select_for_update().filter(pk=order_id).first()
    if found is None:
        raise StepRefused("unknown", Text("没有这张督办单", "there is no such order"))
    if found.replied_at is not None:
        raise StepRefused("replied", Text("已经回复过了", "it has been answered"))
    if not words.strip():
        raise StepRefused("words", Text("请写回复", "write an answer"))
    _explain(found, told or Given(), by)
    found.reply_sealed = records.seal_text(words.strip()[:2000], found.domain)
    found.replied_at, found.staff_id = clock.now(), by.staff_id
    found.save(update_fields=["reply_sealed", "replied_at", "staff_id"])
    audit.record(
        "desk.supervision.answered",
        by=by,
        subjects=[found.person_id],
        detail={"case": found.case_id, "order": order_id},
    )


def _explain(order: Supervision, told: Given, by: Actor) -> None:
    """Explain to the applicant why it is late, in the transaction of the answer: neither stands without the other."""
    case = selectors.lock_case(order.case_id)
    if case is not None and selectors.to_explain([order], {case.pk: case}, by, clock.today()):
        take_step(case_id=case.pk, act=Act.EXPLAIN, seen=case.version, given=told, by=by)
