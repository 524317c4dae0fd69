"""Halls, times and appointments in words, for staff and for residents; and an appointment as a file for a calendar."""

from collections.abc import Mapping
from datetime import UTC, datetime

from tongdeng.hall import selectors as halls
from tongdeng.hall.types import Booking, BookingState, Plan
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Place
from tongdeng.owed import selectors as owed

WEEKDAYS = tuple(zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
STATES: Mapping[BookingState, tuple[str, Text]] = {
    BookingState.BOOKED: ("served", Text("已预约", "Booked")),
    BookingState.WAITING: ("doing", Text("候补中", "On the waiting list")),
    BookingState.ARRIVED: ("served", Text("已到场", "Came")),
    BookingState.MISSED: ("not_due", Text("没来（不影响以后预约）", "Did not come (changes nothing)")),
    BookingState.CANCELLED: ("declined", Text("已取消", "Cancelled")),
}
OPEN = (BookingState.BOOKED, BookingState.WAITING)


def hall_name(division: str, known: Mapping[str, Place] | None = None) -> Text:
    """Return `城关街道便民服务中心`, the name of the hall at a division."""
    plan = halls.plan_of(division)
    place = (known or org.named_places(clock.today())).get(division)
    own = plan.name if plan else Text("", "")
    return Text(f"{place.name_zh}{own.zh}", f"{place.name_en} {own.en}") if place else own


def business_name(code: str) -> Text:
    """Return a kind of business in words."""
    known = halls.businesses().get(code)
    return known.name if known else Text(code, code)


def clock_time(at: datetime | None) -> str:
    """Return `09:30`, the time of day in China."""
    return f"{at.astimezone(clock.CHINA):%H:%M}" if at else ""


def when(one: Booking) -> Text:
    """Return the day and the time of an appointment; the day alone for a waiting list."""
    day, (zh, en) = owed.day_text(one.day), WEEKDAYS[one.day.weekday()]
    if one.starts_at is None:
        return Text(f"{day.zh} 周{zh}", f"{en} {day.en}")
    span = f"{clock_time(one.starts_at)}–{clock_time(halls.ends_at(one.starts_at))}"
    return Text(f"{day.zh} 周{zh} {span}", f"{en} {day.en}, {span}")


def needs_text(codes: tuple[str, ...]) -> Text | None:
    """Return what somebody asked to find ready."""
    known = [halls.needs()[code] for code in codes if code in halls.needs()]
    return Text.listed(known) if known else None


def hours_text(plan: Plan) -> Text:
    """Return when a hall is open."""
    spans = [f"{first:%H:%M}–{last:%H:%M}" for first, last in plan.hours]
    return Text(f"工作日 {'、'.join(spans)}", f"Working days {', '.join(spans)}")


# ---- a calendar's file ----


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, as RFC 5545 §3.1 wants; no character is cut in two."""
    pieces, now = [], ""
    for character in line:
        if len((now + character).encode()) > (75 if not pieces else 74):
            pieces.append(now)
            now = ""
        now += character
    return "\r\n ".join([*pieces, now])


def calendar_file(one: Booking, place: Text, lang: str) -> str:
    """Return an appointment as an iCalendar file (RFC 5545). It names nobody, and not what the appointment is for."""

    def stamp(at: datetime) -> str:
        return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    if one.starts_at is None:
        raise ValueError("a place on a waiting list has no time")
    title = Text(f"窗口预约 {one.code}", f"Appointment {one.code}")
    note = Text("带上预约号和身份证件。来不了请取消。", "Bring the number and your ID; cancel if you cannot come.")
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tongdeng//Hall//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
        f"UID:{one.hall}-{one.day:%Y%m%d}-{one.code}@tongdeng", f"DTSTAMP:{stamp(clock.now())}",
        f"DTSTART:{stamp(one.starts_at)}", f"DTEND:{stamp(halls.ends_at(one.starts_at))}",
        f"SUMMARY:{_escaped(title.say(lang))}", f"LOCATION:{_escaped(place.say(lang))}",
        f"DESCRIPTION:{_escaped(note.say(lang))}", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT2H",
        f"DESCRIPTION:{_escaped(title.say(lang))}", "END:VALARM", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(_folded(line) for line in lines)
