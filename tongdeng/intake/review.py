"""The terms of clerical review: who may answer, who must agree, where a question lies, and what is waiting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from tongdeng.audit.types import Actor
from tongdeng.intake.models import Doubt
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org.types import Level, county_of, level_of, territory_of, town_of
from tongdeng.people import selectors as registry
from tongdeng.people.exports import merges

__all__ = ["Doubt", "Queue", "Sampled"]

KINDS = ("row", "proposal", "sample")
# Who could settle what papers cannot: the bureau that holds the record, or the person.
SETTLERS = ("person", "police", "hrss", "education", "housing", "health")


CARE_OR_MONEY = """
WITH who AS (SELECT id FROM people_person WHERE id = ANY(%(persons)s) OR survivor_id = ANY(%(persons)s))
SELECT EXISTS (SELECT 1 FROM people_insurance n JOIN who ON who.id = n.person_id)
    OR EXISTS (SELECT 1 FROM delivery_delivery d JOIN who ON who.id = d.person_id
               WHERE d.fee_fen > 0 OR left(d.service, 3) IN ('HEA', 'MIB', 'CIV'))
    OR EXISTS (SELECT 1 FROM people_link l JOIN who ON who.id = l.person_id JOIN people_record r ON r.id = l.record_id
               WHERE l.superseded_at IS NULL AND r.superseded_at IS NULL AND r.source = 'immunisation')"""


@dataclass(frozen=True)
class Queue:
    """Which part of the queue is asked for; `kind` may also be `second` or `later`."""

    place: str
    kind: str = ""
    page: int = 0


def changes_persons(kind: str, verdict: str) -> bool:
    """Tell whether an answer changes who is who: two become one, or the record of a sample is parted."""
    return verdict == ("different" if kind == "sample" else "same")


def is_disputed(doubt: Doubt) -> bool:
    """Tell whether two clerks gave different answers."""
    return doubt.second_verdict is not None and doubt.second_verdict != doubt.first_verdict


def needs_two(doubt: Doubt) -> bool:
    """Tell whether a second clerk must agree before anybody is changed, by what was known then or is now."""
    if doubt.needs_two or doubt.kind == "sample":
        return doubt.needs_two
    with connection.cursor() as cursor:
        cursor.execute(CARE_OR_MONEY, {"persons": [doubt.person_id, doubt.other_id]})
        return bool(cursor.fetchone()[0])


def judges_of(doubt: Doubt) -> set[int]:
    """Return the staff who have answered."""
    return {one for one in (doubt.first_staff_id, doubt.second_staff_id, doubt.closed_staff_id) if one}


def place_above(doubt: Doubt) -> str:
    """Return the division above the smallest one that holds both persons."""
    places = list(registry.territories([doubt.person_id, doubt.other_id]).values()) or [doubt.territory]
    common = _common(places)
    return town_of(common) if level_of(common) is Level.COMMUNITY else county_of(common)


def _common(places: list[str]) -> str:
    if len(set(places)) == 1:
        return places[0]
    return town_of(places[0]) if len({town_of(one) for one in places}) == 1 else county_of(places[0])


def refuse_judge(doubt: Doubt, by: Actor) -> None:
    """Raise UnusableInput where this actor may not answer: the first clerk again, or a dispute of one's own level."""
    if by.staff_id in (doubt.first_staff_id, doubt.second_staff_id) and doubt.first_staff_id is not None:
        raise UnusableInput(
            "intake.doubt.same_clerk",
            Text("已经由您判断过，要由另一个人来看", "you have answered this one; somebody else must look at it"),
            remedy=Text("看下一处", "go on to the next one"),
        )
    if is_disputed(doubt) and by.post_id and not _covers(by.post_id, place_above(doubt)):
        raise UnusableInput(
            "intake.doubt.above",
            Text("两个人判断不同，已经转给上一级", "two clerks disagree; the level above decides"),
            remedy=Text("看下一处", "go on to the next one"),
        )


def _covers(post_id: int, place: str) -> bool:
    lo, hi = registry.reach_of(post_id)
    return lo <= place and territory_of(place)[1] <= max(hi, territory_of(lo)[1])


# ---- what waits ----


def _open_in(place: str) -> QuerySet[Doubt]:
    lo, hi = territory_of(place)
    return Doubt.objects.filter(closed_at=None, territory__gte=lo, territory__lt=hi)


def _for_staff(found: QuerySet[Doubt], by: Actor) -> QuerySet[Doubt]:
    """Leave out what this member of staff has answered already: it waits for somebody else."""
    mine = Q(first_staff_id=by.staff_id) | Q(second_staff_id=by.staff_id)
    return found.exclude(mine) if by.staff_id else found


def waiting(queue: Queue, by: Actor) -> QuerySet[Doubt]:
    """Return the doubts of a queue, the oldest first, of one day those that touch most."""
    return _of_kind(_for_staff(_open_in(queue.place), by), queue.kind, clock.today()).order_by(
        "opened_at__date", F("consequence").desc(), "pk"
    )


def _of_kind(found: QuerySet[Doubt], kind: str, today: date) -> QuerySet[Doubt]:
    if kind == "later":
        return found.filter(ask_on__gt=today)
    found = found.filter(ask_on__lte=today)
    if kind == "second":
        return found.exclude(first_verdict=None)
    return found.filter(kind=kind) if kind in KINDS else found


def counts(place: str, by: Actor) -> dict[str, int]:
    """Return how many doubts of each kind wait; under an empty key, all that are asked about now."""
    found = _for_staff(_open_in(place), by)
    return {kind: _of_kind(found, kind, clock.today()).count() for kind in ("", *KINDS, "second", "later")}


def count_open(place: str) -> int:
    """Return how many questions about who is who are open in a division, samples of sure links aside."""
    return _open_in(place).exclude(kind="sample").count()


def count_waiting(place: str, by: Actor) -> int:
    """Return how many doubts this member of staff can answer now."""
    return _of_kind(_for_staff(_open_in(place), by), "", clock.today()).count()


def find_doubt(doubt_id: int) -> Doubt | None:
    """Return a doubt, open or answered; None where the reader may not see it."""
    return Doubt.objects.filter(pk=doubt_id).first()


def doubts_about(person_id: int, ever: Sequence[int] = ()) -> list[Doubt]:
    """Return the open questions whether a person is another."""
    return open_about(ever or merges.ids_of(person_id))


def open_about(persons: Iterable[int]) -> list[Doubt]:
    """Return the open questions whether one of these persons is another; samples are not among them."""
    listed = list(persons)
    named = Q(person_id__in=listed) | Q(other_id__in=listed)
    return list(Doubt.objects.filter(named, closed_at=None).exclude(kind="sample"))


@dataclass(frozen=True, slots=True)
class Sampled:
    """How samples of one method's links turned out."""

    method: str
    model: str
    right: int
    wrong: int
    open: int


def sampled() -> list[Sampled]:
    """Return what clerks found of the links drawn for checking, by method and version of the model."""
    found: dict[tuple[str, str], list[int]] = {}
    rows: Iterable[tuple[str, dict[str, Any], str | None]] = (
        Doubt.objects.filter(kind="sample").exclude(verdict="withdrawn").values_list("method", "weights", "verdict")
    )
    for method, weights, verdict in rows:
        tally = found.setdefault((method, str(weights.get("model", ""))), [0, 0, 0])
        tally[{"same": 0, "different": 1}.get(verdict or "", 2)] += 1
    return [Sampled(method, model, *tally) for (method, model), tally in sorted(found.items())]
