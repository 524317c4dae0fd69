"""The pages of the hall as staff, a device and residents meet them."""

from typing import Any

import pytest

from tests.databases import logged_in_as, owner_here
from tests.posts import COUNTY, WEST, signed_in, staffed
from tests.residents import Resident, residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.hall import actions
from tongdeng.hall import selectors as halls
from tongdeng.hall.models import Booking, Holder, Need, Ticket
from tongdeng.hall.types import BookingState, Wish
from tongdeng.kernel import clock, ids
from tongdeng.people import actions as registry

pytestmark = pytest.mark.usefixtures("determined_county")


@pytest.fixture(scope="module")
def people(determined_county: Any) -> list[Resident]:
    return residents()


@pytest.fixture(scope="module")
def browser(people: list[Resident]) -> Any:
    return signed_in_at_my(people[0])


@pytest.fixture(autouse=True)
def an_empty_hall(determined_county: Any) -> None:
    with owner_here() as owner:
        owner.execute("TRUNCATE hall_need, hall_holder, hall_visit, hall_ticket, hall_booking")


def said(answer: Any) -> str:
    return answer.content.decode()


def a_time(business: str = "residence") -> tuple[str, str]:
    """Return the address that has chosen the last day, and its first time."""
    plan = halls.plan_of(COUNTY)
    assert plan is not None
    day = halls.bookable_days(clock.today())[-1]
    at = halls.free_slots(plan, business, day)[0].starts_at
    return f"hall={COUNTY}&business={business}&day={day.isoformat()}", at.isoformat()


def booked_at_my(browser: Any) -> str:
    query, at = a_time()
    answer = browser.post(f"/my/appointments/book/?{query}", {"starts_at": at, "needs": ["interpreter"]})
    assert answer.status_code == 302, said(answer)
    return str(answer.headers["Location"])


def test_a_resident_books_changes_and_cancels(browser):
    slip = booked_at_my(browser)
    page = said(browser.get(slip))
    made = Booking.objects.get()
    assert made.code in page
    assert "翻译" in page
    assert browser.get(f"{slip}calendar.ics").headers["Content-Type"].startswith("text/calendar")
    query, _ = a_time()
    plan = halls.plan_of(COUNTY)
    other = halls.free_slots(plan, "residence", made.day)[3].starts_at.isoformat()
    changed = browser.post(f"/my/appointments/book/?{query}&instead={made.pk}", {"starts_at": other}).headers[
        "Location"
    ]
    assert changed != slip
    assert Booking.objects.get(pk=made.pk).state == BookingState.CANCELLED
    assert "取消" in said(browser.post(f"{changed}cancel", follow=True))
    assert not Booking.objects.filter(state=BookingState.BOOKED).exists()


def test_a_form_that_chooses_nothing_comes_back_with_what_is_missing(browser):
    query, _ = a_time()
    answer = browser.post(f"/my/appointments/book/?{query}", {})
    assert answer.status_code == 422
    assert "请选一个时间" in said(answer)


def test_the_appointment_of_somebody_else_is_not_there(browser, people):
    slip = booked_at_my(browser)
    stranger = signed_in_at_my(next(one for one in people[4:] if one.child != people[0].person_id))
    for method, address in (("get", slip), ("get", f"{slip}calendar.ics"), ("post", f"{slip}cancel")):
        assert getattr(stranger, method)(address).status_code == 404
    elsewhere = signed_in("worker", WEST if people[0].territory != WEST else "990101001001")
    number = slip.strip("/").rpartition("/")[2]
    assert elsewhere.get(f"/appointments/{number}/").status_code == 404
    assert elsewhere.post(f"/appointments/{number}/cancel").status_code == 404
    assert Booking.objects.get().state == BookingState.BOOKED


def test_a_parent_books_for_a_child(people):
    parent = people[0]
    assert parent.child
    browser = signed_in_at_my(parent)
    browser.post("/my/about/", {"person": f"{parent.child:09d}"})
    booked_at_my(browser)
    with acting(staffed("clerk")):
        assert [one.id for one in halls.bookings_of(parent.child)] == [Booking.objects.get().pk]
    assert Booking.objects.get().code in said(browser.get("/my/data/copy.json"))


def test_a_worker_books_for_somebody_and_the_copy_holds_it(browser, people):
    who, (query, at) = people[0], a_time("family")
    worker = signed_in("worker", who.territory)
    page = f"/people/{ids.show(who.person_id)}/appointments/"
    assert at in said(worker.get(f"{page}?{query}")).replace("&#x2B;", "+")
    assert worker.post(f"{page}?{query}", {"starts_at": at}).status_code == 302
    assert Booking.objects.get().code in said(browser.get("/my/data/copy.json"))
    assert "已预约" in said(browser.get("/my/appointments/"))


def test_the_kiosk_gives_numbers_and_opens_nothing_else():
    kiosk = signed_in("device")
    assert kiosk.get("/").headers["Location"] == "/kiosk/"
    slip = kiosk.post("/kiosk/", {"business": "work", "first": "1"}).headers["Location"]
    page = said(kiosk.get(slip))
    assert "C001" in page
    assert "优先" in page
    assert "Priority" in page
    assert "C001" not in said(kiosk.get("/screen/"))  # it waits: the screen shows who is called
    for address in ("/people/", "/window/", "/owed/", "/measures/", "/law/", "/appointments/", "/hall/"):
        assert kiosk.get(address).status_code == 403, address


def test_the_screen_names_nobody_even_where_a_clerk_linked_somebody(people):
    clerk, who = signed_in("clerk"), people[0]
    signed_in("device").post("/kiosk/", {"business": "residence"})
    clerk.post("/window/sit", {"window": "1"})
    clerk.post("/window/call")
    ticket = Ticket.objects.get()
    found = said(clerk.get(f"/window/?q={ids.show(who.person_id)}"))
    assert who.name in found
    clerk.post(f"/window/tickets/{ticket.pk}/", {"act": "person", "ref": ids.show(who.person_id)})
    at_window = said(clerk.get("/window/"))
    assert who.name in at_window
    assert "/window/notices/" in at_window
    shown = said(signed_in("device").get("/screen/"))
    assert "B001" in shown
    assert who.name not in shown


def test_a_look_at_the_window_is_told_to_the_person(browser, people):
    signed_in("clerk").get(f"/window/?person={ids.show(people[0].person_id)}")
    assert "查看个人页面" in said(browser.get("/my/looks/"))


def test_whose_appointment_a_called_number_is_is_shown_to_the_clerk_and_told_to_the_person(browser, people):
    booked_at_my(browser)
    Booking.objects.update(day=clock.today())
    with acting(staffed("device")) as by:
        actions.check_in(code=Booking.objects.get().code, is_priority=False, by=by)
    clerk = signed_in("clerk")
    clerk.post("/window/sit", {"window": "1"})
    clerk.post("/window/call")
    assert people[0].name in said(clerk.get("/window/"))
    assert "看到这个号是谁预约的" in said(browser.get("/my/looks/"))


def test_a_notice_says_everything_in_both_languages():
    page = said(signed_in("clerk").get("/window/notices/PSB-02/"))
    for word in (
        "居住证",
        "Residence permit",
        "要带什么",
        "Bring",
        "免费",
        "free",
        "1、2、6 号窗口",
        "window 1, 2, 6",
        "居住证暂行条例",
    ):
        assert word in page, word
    assert signed_in("clerk").get("/window/notices/NOT-01/").status_code == 404


def test_figures_count_and_name_nobody(people):
    kiosk, clerk = signed_in("device"), signed_in("clerk")
    for business in ("residence", "residence", "work"):
        kiosk.post("/kiosk/", {"business": business})
    clerk.post("/window/sit", {"window": "2"})
    clerk.post("/window/call")
    clerk.post(f"/window/tickets/{Ticket.objects.get(state='called').pk}/", {"act": "absent"})
    with acting(staffed("office")):
        lines = {one.business: one for one in halls.day_lines(halls.plan_of(COUNTY), clock.today())}
    assert (lines["residence"].taken, lines["residence"].absent, lines["residence"].waiting) == (2, 1, 1)
    assert lines["work"].taken == 1
    assert "合计" in said(signed_in("office").get("/hall/"))
    assert signed_in("police").get("/hall/").status_code == 403


def test_a_shredded_person_leaves_no_appointment(people):
    who, day = people[9], halls.bookable_days(clock.today())[-1]
    at = halls.free_slots(halls.plan_of(COUNTY), "family", day)[0].starts_at
    wish = Wish(COUNTY, "family", day, at, needs=("wheelchair",))
    with acting(staffed("clerk")) as by:
        actions.book(wish=wish, person_id=who.person_id, territory=who.territory, by=by)
    with logged_in_as("job"), acting(command("shred")) as by:
        registry.shred_person(person_id=who.person_id, reason="order", by=by)
    with logged_in_as("job"), acting(command("measure")):
        assert not Holder.objects.exists()
        assert not Need.objects.exists()
    assert Booking.objects.count() == 1  # a place that was held, by nobody
