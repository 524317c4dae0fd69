"""An appointment as a file for a calendar (RFC 5545): it names nobody, and not what it is for."""

from datetime import date, datetime, timedelta

from tongdeng.hall.types import Booking, BookingState
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.hall_words import calendar_file

AT = datetime(2026, 12, 3, 9, 30, tzinfo=clock.CHINA)
ONE = Booking(
    id=7, hall="990101000000", business="family", day=date(2026, 12, 3), starts_at=AT, code="123456",
    state=BookingState.BOOKED, moved_up_at=None, told_at=None, person_id=5,
)  # fmt: skip


def test_it_says_when_and_where_in_utc_and_folds_long_lines():
    text = calendar_file(ONE, Text("示例县政务服务中心，" * 12, "Hall; 2nd floor"), "zh")
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert any(line.startswith(" ") for line in lines)
    whole = text.replace("\r\n ", "")
    assert "DTSTART:20261203T013000Z" in whole
    assert "DTEND:20261203T020000Z" in whole
    assert "LOCATION:" + "示例县政务服务中心，" * 12 in whole
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")


def test_what_would_end_a_value_is_escaped_and_the_business_is_not_told():
    text = calendar_file(ONE, Text("", "Hall; 2nd floor,\nleft"), "en")
    assert "LOCATION:Hall\\; 2nd floor\\,\\nleft" in text
    assert "relief" not in text
    assert "123456" in text


def test_an_appointment_lasts_one_slot():
    assert calendar_file(ONE, Text("", ""), "en").count(f"{AT - timedelta(hours=8):%Y%m%dT%H%M}") == 1
