"""Choosing a time step by step (hall and business, day, time), the same for staff and residents, without a script."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from tongdeng.hall import selectors as halls
from tongdeng.hall.types import Plan, Wish
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.sites.shell.frame import Choice, Fault
from tongdeng.sites.shell.hall_words import WEEKDAYS, business_name, clock_time, hall_name, hours_text
from tongdeng.sites.shell.typed import read_day, whole

NOTHING_CHOSEN = Text("请选一个时间。", "Choose a time.")


@dataclass(frozen=True)
class DayChoice:
    """A day that can be chosen, and the places left on it."""

    day: date
    weekday: Text
    left: int
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class TimeChoice:
    """A time of the chosen day."""

    value: str
    text: str
    left: int


@dataclass(frozen=True)
class BookingForm:
    """One state of the form: what is chosen already, and what can be chosen next."""

    halls: tuple[Choice, ...]
    businesses: tuple[Choice, ...]
    hall: str
    business: str
    place: Text | None
    hours: Text | None
    days: tuple[DayChoice, ...]
    day: date | None
    morning: tuple[TimeChoice, ...]
    afternoon: tuple[TimeChoice, ...]
    needs: tuple[Choice, ...]
    wants_message: bool
    instead: str
    faults: tuple[Fault, ...] = ()

    @property
    def is_full(self) -> bool:
        """Tell whether the chosen day has nothing left but its waiting list."""
        return self.day is not None and not any(one.left for one in (*self.morning, *self.afternoon))


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def form(asked: Any, territory: str, *, faults: tuple[Fault, ...] = (), sent: Any = None) -> BookingForm:
    """Return the form as far as an address has chosen (`hall`, `business`, `day`, `instead`)."""
    open_to, known = halls.halls_for(territory), org.named_places(clock.today())
    plan = next((one for one in open_to if one.division == asked.get("hall", "")), None)
    business, instead = asked.get("business", ""), asked.get("instead", "")
    business = business if plan and plan.places.get(business) else ""
    days = halls.days_with_places(plan, business) if plan and business else []
    day = read_day(asked.get("day", ""))
    day = day if day in [one for one, _ in days] else None
    times = halls.free_slots(plan, business, day) if plan and day else []
    shown = [(one, TimeChoice(one.starts_at.isoformat(), clock_time(one.starts_at), one.left)) for one in times]
    kept = {"hall": plan.division if plan else "", "business": business} | ({"instead": instead} if instead else {})
    ticked = sent.getlist("needs") if sent is not None else []
    bookable = dict.fromkeys(code for one in open_to for code in one.places)
    return BookingForm(
        halls=tuple(
            Choice(one.division, hall_name(one.division, known), one is plan) for one in _nearest_last(open_to)
        ),
        businesses=tuple(Choice(code, business_name(code), code == asked.get("business")) for code in bookable),
        hall=kept["hall"], business=business, place=hall_name(plan.division, known) if plan else None,
        hours=hours_text(plan) if plan else None,
        days=tuple(
            DayChoice(one, Text(*WEEKDAYS[one.weekday()]), left, _url(kept, one), one == day) for one, left in days
        ),
        day=day, morning=tuple(one for at, one in shown if at.starts_at.astimezone(clock.CHINA).hour < 12),
        afternoon=tuple(one for at, one in shown if at.starts_at.astimezone(clock.CHINA).hour >= 12),
        needs=tuple(Choice(code, text, code in ticked) for code, text in halls.needs().items()),
        wants_message=sent is not None and "message" in sent, instead=instead if instead.isdecimal() else "",
        faults=faults,
    )  # fmt: skip


def _nearest_last(open_to: list[Plan]) -> list[Plan]:
    """The county's hall first: it alone takes every kind of business."""
    return list(reversed(open_to))


def _url(kept: dict[str, str], day: date) -> str:
    return "?" + urlencode({**kept, "day": day.isoformat()})


def wish(asked: Any, sent: Any) -> Wish | None:
    """Return what was sent as a wish: a time, or the waiting list of the chosen day; None where nothing was chosen."""
    starts_at = _time(sent.get("starts_at", ""))
    day = starts_at.astimezone(clock.CHINA).date() if starts_at else read_day(asked.get("day", ""))
    if day is None or (starts_at is None and "wait" not in sent):
        return None
    return Wish(
        hall=asked.get("hall", "")[:12], business=asked.get("business", "")[:40], day=day, starts_at=starts_at,
        needs=tuple(sent.getlist("needs")), wants_message="message" in sent,
    )  # fmt: skip


def instead_of(asked: Any) -> int | None:
    """Return the appointment that is to be given up for the new one."""
    return whole(asked.get("instead", ""))
