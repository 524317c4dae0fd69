"""Appointments: by staff and by residents; the last place goes to one; who cancels lets the next move up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections
from django.test.utils import CaptureQueriesContext

from tests.databases import is_done_first, logged_in_as, owner_here
from tests.posts import COUNTY, EAST, WEST, staffed
from tests.residents import Resident, messages, residents, work_off
from tongdeng.access.selectors import acting
from tongdeng.access.types import PRIVACY, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.hall import actions
from tongdeng.hall import selectors as halls
from tongdeng.hall.errors import HallRefused
from tongdeng.hall.models import Booking, Holder, Need
from tongdeng.hall.types import BookingState, Wish
from tongdeng.kernel import clock
from tongdeng.notify.actions import choose
from tongdeng.notify.types import Way
from tongdeng.privacy import actions as privacy
from tongdeng.privacy.selectors import own_persons

pytestmark = pytest.mark.usefixtures("small_county")


@pytest.fixture(scope="module")
def people(small_county: Any) -> list[Resident]:
    return residents()


@pytest.fixture(autouse=True)
def no_appointments(small_county: Any) -> None:
    with owner_here() as owner:
        owner.execute("TRUNCATE hall_need, hall_holder, hall_visit, hall_ticket, hall_booking")


def as_resident(one: Resident) -> Any:
    return acting(Actor(RESIDENT, origin="portal"), person=one.person_id)


def slot(business: str = "family", at: int = 0, hall: str = COUNTY) -> datetime:
    """Return a time on a day to come."""
    plan = halls.plan_of(hall)
    assert plan is not None
    day = halls.bookable_days(clock.today())[-1]
    return halls.free_slots(plan, business, day)[at].starts_at


def wish(at: datetime, business: str = "family", **more: Any) -> Wish:
    return Wish(COUNTY, business, at.astimezone(clock.CHINA).date(), at, **more)


def book(one: Resident, wanted: Wish, **more: Any) -> int:
    with as_resident(one) as by:
        return actions.book(wish=wanted, person_id=one.person_id, territory=one.territory, by=by, **more)


def queue_up(at: datetime, one: Resident, **more: Any) -> int:
    """Put somebody on the waiting list of a day whose every place is taken."""
    day = at.astimezone(clock.CHINA).date()
    plan = halls.plan_of(COUNTY)
    assert plan is not None
    for free in halls.free_slots(plan, "trade", day):
        Booking.objects.get_or_create(
            hall=COUNTY, business="trade", day=day, starts_at=free.starts_at, place=1,
            defaults={"state": "booked", "code": f"{Booking.objects.count():06d}", "made_at": clock.now()},
        )  # fmt: skip
    return book(one, Wish(COUNTY, "trade", day, None, **more))


# ---- booking ----


def test_a_resident_books_and_reads_it_and_so_do_those_who_serve_them(people):
    who, at = people[0], slot()
    made = book(who, wish(at, needs=("wheelchair", "nonsense"), wants_message=True))
    with as_resident(who):
        (shown,) = halls.bookings_of(who.person_id, is_own=True)
    assert (shown.id, shown.starts_at, shown.needs, len(shown.code)) == (made, at, ("wheelchair",), 6)
    with as_resident(next(one for one in people if one.person_id != who.person_id and one.child != who.person_id)):
        assert halls.booking(made) is None
        assert not Holder.objects.exists()
    with acting(staffed("worker", who.territory)):
        assert [one.id for one in halls.bookings_of(who.person_id)] == [made]
    elsewhere = WEST if who.territory != WEST else EAST
    with acting(staffed("worker", elsewhere)):
        assert halls.booking(made) is None


def test_without_row_security_another_resident_would_read_it(people):
    # Guards the test above.
    book(people[0], wish(slot()))
    with owner_here() as owner:
        owner.execute("ALTER TABLE hall_holder DISABLE ROW LEVEL SECURITY")
        try:
            with as_resident(people[5]):
                assert Holder.objects.count() == 1
        finally:
            owner.execute("ALTER TABLE hall_holder ENABLE ROW LEVEL SECURITY")


def test_what_somebody_needs_is_told_to_the_windows_on_that_day_only_and_then_deleted(people, monkeypatch):
    who, at = people[0], slot()
    made = book(who, wish(at, needs=("interpreter",)))
    with acting(staffed("clerk")):
        assert halls.needs_today([made]) == {}
        assert halls.booking(made).needs == ()
    for kind in ("office", "police", "civil", "device"):
        with acting(staffed(kind)):
            assert not Need.objects.exists()
    monkeypatch.setenv("TONGDENG_TODAY", at.astimezone(clock.CHINA).date().isoformat())
    with acting(staffed("clerk")):
        assert halls.needs_today([made]) == {made: ("interpreter",)}
    with logged_in_as("job"):
        assert privacy.carry_out_retention(by=job(PRIVACY))["needs"] == 0
    monkeypatch.setenv("TONGDENG_TODAY", (at.astimezone(clock.CHINA).date() + timedelta(days=1)).isoformat())
    with logged_in_as("job"):
        assert privacy.carry_out_retention(by=job(PRIVACY))["needs"] == 1


def test_a_time_that_is_not_to_be_had_is_refused_in_words(people):
    who, at = people[0], slot()
    day = at.astimezone(clock.CHINA).date()
    for wanted, code in (
        (wish(at + timedelta(minutes=7)), "closed"),
        (wish(at + timedelta(days=90)), "closed"),
        (wish(at, "no such business"), "nowhere"),
        (Wish(EAST if who.territory != EAST else WEST, "residence", day, at), "nowhere"),
        (Wish(COUNTY, "family", day, None), "not_full"),
    ):
        with pytest.raises(HallRefused, match=rf"booking\.{code}"):
            book(who, wanted)


def test_three_at_a_time_are_the_most_and_missed_ones_take_nothing_away(people, monkeypatch):
    who = people[0]
    for at in range(3):
        book(who, wish(slot(at=at)))
    with pytest.raises(HallRefused, match=r"booking\.many"):
        book(who, wish(slot(at=4)))
    # All three days pass and nobody came: the next one is booked as if nothing had been.
    later = slot().astimezone(clock.CHINA).date() + timedelta(days=1)
    monkeypatch.setenv("TONGDENG_TODAY", later.isoformat())
    with logged_in_as("job"):
        assert actions.close_days(by=job("hall")) == 3
    assert book(who, wish(slot(at=1)))


# ---- changing, cancelling, moving up ----


def test_a_change_keeps_the_old_place_until_the_new_one_is_there(people):
    who, first, second = people[0], slot(at=0), slot(at=1)
    made = book(who, wish(first))
    for other in people[1:3]:
        book(other, wish(second))
    with pytest.raises(HallRefused, match=r"booking\.full"):
        book(who, wish(second), instead_of=made)
    assert Booking.objects.get(pk=made).state == BookingState.BOOKED
    changed = book(who, wish(slot(at=2)), instead_of=made)
    assert Booking.objects.get(pk=made).state == BookingState.CANCELLED
    assert Booking.objects.get(pk=changed).state == BookingState.BOOKED


def test_nobody_cancels_what_is_not_theirs(people):
    made = book(people[0], wish(slot()))
    other = next(one for one in people[3:] if one.child != people[0].person_id)
    with as_resident(other) as by, pytest.raises(HallRefused, match=r"booking\.unknown"):
        actions.cancel(booking_id=made, by=by)
    with acting(staffed("worker", WEST if people[0].territory != WEST else EAST)) as by, pytest.raises(HallRefused):
        actions.cancel(booking_id=made, by=by)
    assert Booking.objects.get(pk=made).state == BookingState.BOOKED


def test_who_cancels_lets_the_first_on_the_list_move_up_and_they_are_told_once(people):
    at = slot("trade")
    holder, first, second = people[0], people[1], people[2]
    mine = book(holder, wish(at, "trade"))
    waiting = queue_up(at, first, wants_message=True), queue_up(at, second)
    with as_resident(holder) as by:
        actions.cancel(booking_id=mine, by=by)
    moved, still = (Booking.objects.get(pk=one) for one in waiting)
    assert (moved.state, moved.starts_at, moved.moved_up_at is not None) == (BookingState.BOOKED, at, True)
    assert still.state == BookingState.WAITING
    before = len(messages())
    with logged_in_as("job"):
        assert [actions.tell(booking_id=moved.pk, by=job("hall")) for _ in range(2)] == [True, False]
    work_off()
    (said,) = messages()[before:]
    assert said["to"] == first.phone
    assert "候补有号了" in said["text"]
    for told in (moved.code, "经营", f"{at.astimezone(clock.CHINA):%H:%M}"):  # neither what for nor when
        assert told not in said["text"]
    assert first.name not in said["text"]


@pytest.mark.parametrize("way", ["wish", "refusal"])
def test_a_message_follows_how_somebody_wants_to_hear(people, way):
    at, holder, who = slot("trade"), people[0], people[5 if way == "wish" else 6]
    mine, waiting = book(holder, wish(at, "trade")), queue_up(at, who, wants_message=True)
    with as_resident(who) as by:
        me = next(one for one in own_persons() if one.is_self)
        if way == "wish":
            choose(person_id=who.person_id, territory=who.territory, way=Way.APP, language="zh", email="", by=by)
        else:
            privacy.say(purpose="messages", is_given=False, about=me, giver=me.person_id, by=by)
    with as_resident(holder) as by:
        actions.cancel(booking_id=mine, by=by)
    assert Booking.objects.get(pk=waiting).state == BookingState.BOOKED
    with logged_in_as("job"):
        assert actions.tell(booking_id=waiting, by=job("hall")) is False


def test_whoever_did_not_ask_for_a_message_gets_none(people):
    at = slot("trade")
    mine = book(people[0], wish(at, "trade"))
    waiting = queue_up(at, people[1])
    with as_resident(people[0]) as by:
        actions.cancel(booking_id=mine, by=by)
    with logged_in_as("job"):
        assert actions.tell(booking_id=waiting, by=job("hall")) is False


def test_whoever_comes_gets_a_number_once(people, monkeypatch):
    at = slot("family")
    made = book(people[0], wish(at))
    code = Booking.objects.get(pk=made).code
    with acting(staffed("device")) as by, pytest.raises(HallRefused):
        actions.check_in(code=code, is_priority=False, by=by)  # another day
    monkeypatch.setenv("TONGDENG_TODAY", at.astimezone(clock.CHINA).date().isoformat())
    with acting(staffed("device")) as by:
        ticket = halls.find_ticket(actions.check_in(code=code, is_priority=False, by=by), COUNTY)
        assert ticket is not None
        assert (ticket.booking_id, ticket.due_at) == (made, at)
        with pytest.raises(HallRefused, match=r"booking\.unknown"):
            actions.check_in(code=code, is_priority=False, by=by)
        assert not Holder.objects.exists()  # the kiosk knows nobody


def test_the_days_of_a_form_are_one_query_and_say_what_each_day_says(people):
    at, plan = slot(), halls.plan_of(COUNTY)
    before = dict(halls.days_with_places(plan, "family"))
    book(people[0], wish(at))
    with CaptureQueriesContext(connection) as asked:
        days = dict(halls.days_with_places(plan, "family"))
    assert len(asked) == 1
    assert days == {day: sum(one.left for one in halls.free_slots(plan, "family", day)) for day in before}
    assert days == before | {at.astimezone(clock.CHINA).date(): before[at.astimezone(clock.CHINA).date()] - 1}


# ---- the last place ----


def race(one: Resident, other: Resident, wanted: Wish) -> list[int | None]:
    """Return what two people got of whom the second booked while the first had not finished."""
    has_booked, may_end = Event(), Event()

    def slow() -> int | None:
        try:
            with as_resident(one) as by:
                made = actions.book(wish=wanted, person_id=one.person_id, territory=one.territory, by=by)
                has_booked.set()
                is_done_first(may_end)  # the second waits meanwhile for the index, or is let through
                return made
        finally:
            connections.close_all()

    def quick() -> int | None:
        try:
            assert has_booked.wait(30)
            return book(other, wanted)
        except HallRefused:
            return None
        finally:
            may_end.set()
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return [job.result(timeout=60) for job in (pool.submit(slow), pool.submit(quick))]


def test_two_people_never_get_the_last_place(people):
    wanted = wish(slot("trade"), "trade")  # one place
    first, second = race(people[0], people[1], wanted)
    assert first is not None
    assert second is None
    assert Booking.objects.count() == 1


def test_of_two_places_each_gets_one(people):
    first, second = race(people[0], people[1], wish(slot()))
    assert {Booking.objects.get(pk=one).place for one in (first, second)} == {1, 2}


def test_without_the_index_both_would_get_the_last_place(people):
    # Guards the two tests above: it is the index that decides.
    with owner_here() as owner:
        made = owner.execute("SELECT pg_get_indexdef('hall_booking_one_place'::regclass)").fetchone()[0]
        owner.execute("DROP INDEX hall_booking_one_place")
        try:
            assert None not in race(people[0], people[1], wish(slot("trade"), "trade"))
        finally:
            owner.execute("TRUNCATE hall_need, hall_holder, hall_visit, hall_ticket, hall_booking")
            owner.execute(made)


def test_the_database_itself_knows_that_a_place_is_one(people):
    at = slot("trade")
    book(people[0], wish(at, "trade"))
    with pytest.raises(IntegrityError, match="hall_booking_one_place"):
        Booking.objects.create(
            hall=COUNTY, business="trade", day=at.astimezone(clock.CHINA).date(), starts_at=at, place=1, code="abcdef",
            state="booked", made_at=clock.now(),
        )  # fmt: skip
