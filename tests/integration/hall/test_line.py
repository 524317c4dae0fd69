"""The line of a hall: taken, called, handed over, put back; two windows never get the same number."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings

from tests.databases import is_done_first, owner_here
from tests.lines import lines_of
from tests.posts import COUNTY, EAST, WEST, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor
from tongdeng.hall import actions, line, waiting
from tongdeng.hall import selectors as halls
from tongdeng.hall.errors import HallRefused
from tongdeng.hall.models import Ticket
from tongdeng.hall.types import TicketState
from tongdeng.kernel import clock
from tongdeng.org import actions as org
from tongdeng.org.models import Staff
from tongdeng.org.types import PostKind

pytestmark = pytest.mark.usefixtures("small_county")
NOW = clock.now()


def colleague() -> Actor:
    """Return a second clerk of the county's hall."""
    from tongdeng.audit.types import command

    found = Staff.objects.using("owner").filter(login="second-clerk").first() or org.add_staff(
        login="second-clerk", name="李芳", kind=PostKind.CLERK, division=COUNTY, titles=("窗口", "Window"), bureau=None,
        password="a-good-password", by=command("setup"),
    )  # fmt: skip
    return Actor(purpose="serve", staff_id=found.pk, post_id=found.post_id, origin="web")


@pytest.fixture(autouse=True)
def an_empty_hall(small_county: Any) -> None:
    with owner_here() as owner:
        owner.execute("TRUNCATE hall_visit, hall_ticket")


def take(business: str = "residence", *, first: bool = False, by: Actor | None = None) -> int:
    with acting(by or staffed("device")) as device:
        return actions.take_ticket(business=business, is_priority=first, by=device)


def seated(window: int = 1, by: Actor | None = None) -> Actor:
    clerk = by or staffed("clerk")
    with acting(clerk):
        actions.sit(window=window, by=clerk)
    return clerk


def do(act: Callable[..., Any], by: Actor, **more: Any) -> Any:
    with acting(by):
        return act(by=by, **more)


def state(ticket: int) -> str:
    return str(Ticket.objects.get(pk=ticket).state)


def test_numbers_of_a_day_have_no_gaps_and_say_their_business():
    tickets = [take(), take(), take("work"), take()]
    with acting(staffed("device")):
        found = [halls.find_ticket(one, COUNTY) for one in tickets]
    assert [one.label for one in found if one] == ["B001", "B002", "C001", "B003"]


def test_a_number_goes_its_way_and_keeps_its_place():
    first, second = take(), take()
    clerk = seated(1)
    assert do(actions.call_next, clerk) == first
    do(actions.recall, clerk, ticket_id=first)
    assert Ticket.objects.get(pk=first).calls == 2
    do(actions.mark_absent, clerk, ticket_id=first)
    do(actions.put_back, clerk, ticket_id=first)  # they came after all
    assert do(actions.call_next, clerk) == first
    do(actions.transfer, clerk, ticket_id=first, window=2)
    other = seated(2, colleague())
    assert do(actions.call_next, clerk) == second
    assert do(actions.call_next, other) == first
    assert do(actions.call_next, other, after=first) is None  # and the one before is done
    assert (state(first), state(second)) == (TicketState.DONE, TicketState.CALLED)
    do(actions.finish, clerk, ticket_id=second)
    with acting(clerk):
        figures = {one.business: one for one in halls.day_lines(halls.plan_of(COUNTY), clock.today())}
    assert (figures["residence"].taken, figures["residence"].served, figures["residence"].waiting) == (2, 2, 0)


def test_pressed_twice_the_second_press_ends_nobody_and_calls_nobody():
    first, second, third = take(), take(), take()
    clerk = seated(1)
    assert do(actions.call_next, clerk) == first
    assert do(actions.call_next, clerk, after=first) == second
    with pytest.raises(HallRefused, match=r"window\.changed"):
        do(actions.call_next, clerk, after=first)  # the same press again, or a second tab
    with pytest.raises(HallRefused, match=r"window\.changed"):
        do(actions.call_next, clerk)
    assert [state(one) for one in (first, second, third)] == [TicketState.DONE, TicketState.CALLED, TicketState.WAITING]
    do(actions.put_back, clerk, ticket_id=first)  # ended too soon: the place is theirs again
    assert do(actions.call_next, clerk, after=second) == first


def test_what_is_not_so_is_refused_in_words():
    ticket, clerk = take(), seated(1)
    for act in (actions.recall, actions.finish, actions.mark_absent, actions.put_back):
        with pytest.raises(HallRefused, match=r"ticket\.unknown"):
            do(act, clerk, ticket_id=ticket)
    do(actions.leave, clerk)
    with pytest.raises(HallRefused, match=r"window\.none"):
        do(actions.call_next, clerk)
    with pytest.raises(HallRefused, match=r"window\.unknown"):
        do(actions.sit, clerk, window=99)
    with pytest.raises(HallRefused, match=r"business\.unknown"):
        take("no such business")


def test_a_number_of_another_hall_is_none():
    ticket = take()
    seated(1)
    do(actions.call_next, staffed("clerk"))
    for act in (actions.recall, actions.finish, actions.put_back):
        with pytest.raises(HallRefused):
            do(act, staffed("worker", EAST), ticket_id=ticket)
    assert state(ticket) == TicketState.CALLED


def test_of_priority_nothing_is_kept_but_the_word():
    ticket = take(first=True)
    row = Ticket.objects.filter(pk=ticket).values().get()
    assert row["is_priority"] is True
    assert not [name for name in row if "reason" in name]


# ---- who stands behind a number ----


def someone_at(place: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM people_identity WHERE territory = %s ORDER BY 1 LIMIT 1", [place])
        return int(cursor.fetchone()[0])


def test_the_link_is_seen_where_the_person_is_seen_and_nowhere_else(as_job):
    with as_job():
        person = someone_at(EAST)
    ticket, clerk = take(), seated(1)
    do(actions.call_next, clerk)
    do(actions.link_person, clerk, ticket_id=ticket, person_id=person)
    seen = {}
    for kind, place in (("clerk", COUNTY), ("worker", EAST), ("worker", WEST), ("device", COUNTY), ("admin", COUNTY)):
        with acting(staffed(kind, place)):
            seen[kind, place] = halls.person_behind(ticket)
    assert seen == {
        ("clerk", COUNTY): person, ("worker", EAST): person, ("worker", WEST): None, ("device", COUNTY): None,
        ("admin", COUNTY): None,
    }  # fmt: skip


# ---- the order is the plain one ----


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines_of(NOW, most=6))
def test_the_database_calls_in_the_order_of_the_plain_form(drawn):
    Ticket.objects.all().delete()
    today = clock.today()
    ids = {}
    for at, one in enumerate(drawn, 1):
        made = Ticket.objects.create(
            hall=COUNTY, day=today, business=one.business, number=at, is_priority=one.is_priority, taken_at=NOW,
            waits_since=one.waits_since, due_at=one.due_at, wanted_window=one.wanted_window,
        )  # fmt: skip
        ids[one.id] = made.pk
    left, run = list(drawn), 0
    while True:
        plain = waiting.next_of(
            left, window=1, businesses=["residence"], staffed=[1, 2], now=NOW, preferred_before=run, most=2
        )
        real = line.call(
            hall=COUNTY, day=today, window=1, businesses=["residence"], staffed=[1, 2], now=NOW, staff=None,
            preferred_first=run < 2,
        )  # fmt: skip
        assert real == ids.get(plain)
        if plain is None:
            break
        chosen = next(one for one in left if one.id == plain)
        run = run + 1 if chosen.is_preferred(NOW) else 0
        left.remove(chosen)


# ---- two windows at once ----


def race() -> tuple[int | None, int | None, bool]:
    """Return what two windows got of which the second called while the first had not finished, and if it was quick."""
    first, second = seated(1), seated(2, colleague())
    has_called, may_end = Event(), Event()

    def slow() -> int | None:
        try:
            with acting(first):
                got = actions.call_next(by=first)
                has_called.set()
                # The second is done while this one still holds its number; without the lock it waits for this one.
                was_quick.append(is_done_first(may_end))
                return got
        finally:
            connections.close_all()

    def quick() -> int | None:
        try:
            assert has_called.wait(30)
            with acting(second):
                return actions.call_next(by=second)
        finally:
            may_end.set()
            connections.close_all()

    was_quick: list[bool] = []
    with ThreadPoolExecutor(2) as pool:
        one, other = (job.result(timeout=60) for job in (pool.submit(slow), pool.submit(quick)))
    return one, other, was_quick == [True]


def test_two_windows_that_call_at_once_get_two_numbers_and_neither_waits():
    tickets = {take(), take()}
    first, second, was_quick = race()
    assert {first, second} == tickets
    assert was_quick


def test_without_the_lock_both_get_the_same_number(monkeypatch):
    # Guards the test above.
    take(), take()
    monkeypatch.setattr(line, "LOCK", "")
    first, second, was_quick = race()
    assert first == second
    assert not was_quick


def test_many_windows_share_a_line_without_loss():
    tickets = {take() for _ in range(12)}
    clerks = [seated(1), seated(2, colleague())]

    def work(clerk: Actor) -> list[int]:
        got: list[int] = []
        try:
            while (ticket := do(actions.call_next, clerk, after=got[-1] if got else None)) is not None:
                got.append(ticket)
        finally:
            connections.close_all()
        return got

    with ThreadPoolExecutor(2) as pool:
        got = [ticket for found in pool.map(work, clerks) for ticket in found]
    assert sorted(got) == sorted(tickets)


# ---- the index ----


def test_calling_walks_along_the_index_of_those_who_wait():
    today = clock.today()
    Ticket.objects.bulk_create(
        Ticket(
            hall=COUNTY, day=today - timedelta(days=number % 300), business="work", number=number // 300 + 1,
            state="done" if number % 50 else "waiting", taken_at=NOW, waits_since=NOW,
        )
        for number in range(6000)
    )  # fmt: skip
    with owner_here() as owner:
        owner.execute("ANALYZE hall_ticket")  # else the plan hangs on what the server happens to know of the table
    query = line.CALL.format(preferred=line.PREFERRED, lock=line.LOCK)
    values = {
        "hall": COUNTY, "day": today, "window": 1, "businesses": ["work"], "staffed": [1], "now": NOW, "staff": None,
        "preferred": False,
    }  # fmt: skip
    with acting(staffed("clerk")), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {query}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "hall_ticket_waiting" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan  # the index has them in order, so the first that fits ends the search
