"""Call-backs as pages show them: whom to call, what was answered, and how often declines were upheld by place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from tongdeng.delivery.models import Callback, CallbackSample
from tongdeng.kernel import clock
from tongdeng.org.types import territory_of
from tongdeng.people import selectors as registry
from tongdeng.people.exports import cards, merges
from tongdeng.work import selectors as work

MOST_CALLS = 3
PURPOSE = "callback"  # why a phone number was shown
SAMPLES_SHOWN = 5
STATES = ("upheld", "wanted", "not_reached", "open")


@dataclass(frozen=True, slots=True)
class Call:
    """One call-back. `is_own`: the reader recorded the decline, so somebody else must call."""

    id: int
    person_id: int
    name: str
    territory: str
    service: str
    offered_on: date
    masked_phone: str
    state: str
    calls: int
    last_on: date | None
    is_own: bool
    is_mine_today: bool  # the reader's own answer of today, which can be taken back


@dataclass(frozen=True, slots=True)
class Agreement:
    """How call-backs of a community ended. `share` is of those who were reached; nobody's own score is in it."""

    community: str
    upheld: int
    wanted: int
    not_reached: int
    open: int

    @property
    def reached(self) -> int:
        """Return how many persons answered."""
        return self.upheld + self.wanted


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it was drawn."""

    id: int
    place: str
    first_on: date
    last_on: date
    offers: int
    size: int
    seed: str
    drawn_on: date


def call_day(call: Mapping[str, Any]) -> date | None:
    """Return the civil day of a call; None where there was none."""
    return datetime.fromisoformat(call["at"]).astimezone(clock.CHINA).date() if call else None


def _shown(found: Iterable[Callback], staff_id: int | None) -> list[Call]:
    rows = list(found)
    now = merges.currents(one.person_id for one in rows)
    names, numbers = registry.names_of(set(now.values())), cards.masked_numbers(now.values())
    shown = []
    for one in rows:
        last: dict[str, Any] = one.calls[-1] if one.calls else {}
        day = call_day(last)
        shown.append(
            Call(
                one.pk, now[one.person_id], names.get(now[one.person_id], ""), one.territory, one.service,
                one.offered_on, numbers.get(now[one.person_id], ("", ""))[1], one.state, len(one.calls), day,
                staff_id is not None and one.recorder_id == staff_id,
                bool(last) and last["staff"] == staff_id and day == clock.today(),
            )
        )  # fmt: skip
    return shown


def _in(place: str) -> Q:
    lo, hi = territory_of(place)
    return Q(territory__gte=lo, territory__lt=hi)


def waiting(place: str, staff_id: int | None) -> list[Call]:
    """Return the open call-backs of a place: those not called today first, then by community and day."""
    found = Callback.objects.filter(_in(place), state="open").order_by("territory", "offered_on", "id")
    return sorted(_shown(found, staff_id), key=lambda one: one.last_on == clock.today())


def one_call(callback_id: int, staff_id: int | None) -> Call | None:
    """Return one call-back; None where the reader may not see it."""
    return next(iter(_shown(Callback.objects.filter(pk=callback_id), staff_id)), None)


def answered_today(place: str, staff_id: int | None) -> list[Call]:
    """Return what the reader has answered today and may take back."""
    found = Callback.objects.filter(_in(place)).exclude(calls=[]).order_by("-id")
    return [one for one in _shown(_of_today(found, staff_id), staff_id) if one.is_mine_today]


def _of_today(found: Iterable[Callback], staff_id: int | None) -> list[Callback]:
    return [one for one in found if one.calls[-1]["staff"] == staff_id and call_day(one.calls[-1]) == clock.today()]


def wishes(place: str) -> list[Call]:
    """Return the persons who want what was recorded as declined, and to whom it is still owed: the worker's tasks."""
    found = list(Callback.objects.filter(_in(place), state="wanted", task_id__isnull=False).order_by("territory", "id"))
    tasks = work.tasks_by_id(one.task_id for one in found if one.task_id)
    still = [one for one in found if (task := tasks.get(one.task_id or 0)) and task.closed_at is None]
    return _shown(still, None)


def agreements(place: str) -> list[Agreement]:
    """Return how call-backs ended in each community of a place."""
    counted = (
        Callback.objects.filter(_in(place))
        .values("territory")
        .annotate(
            **{state: Count("id", filter=Q(state=state)) for state in ("upheld", "wanted", "not_reached", "open")}
        )
        .order_by("territory")
    )
    return [Agreement(r["territory"], r["upheld"], r["wanted"], r["not_reached"], r["open"]) for r in counted]


def samples(place: str) -> list[Sample]:
    """Return the newest samples drawn from a place or from a division of it."""
    lo, hi = territory_of(place)
    found = CallbackSample.objects.filter(place__gte=lo, place__lt=hi).order_by("-id")[:SAMPLES_SHOWN]
    return [
        Sample(
            one.pk, one.place, one.first_on, one.last_on, one.offers, one.size, one.seed,
            one.drawn_at.astimezone(clock.CHINA).date(),
        )
        for one in found
    ]  # fmt: skip


def count_waiting(place: str, staff_id: int | None) -> int:
    """Return how many call-backs of a place wait for this reader."""
    return Callback.objects.filter(_in(place), state="open").exclude(recorder_id=staff_id).count()
