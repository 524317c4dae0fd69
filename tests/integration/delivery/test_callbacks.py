"""Call-backs: drawn by lot and not by choice, asked by another, and only what is upheld counts as declined."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.databases import SmallCounty, owner_here
from tests.posts import COUNTY, EAST, WEST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor
from tongdeng.delivery import actions as delivery
from tongdeng.delivery import callbacks
from tongdeng.delivery.models import Callback
from tongdeng.delivery.types import Answer, Entry, Outcome
from tongdeng.insight import actions as insight
from tongdeng.kernel import clock
from tongdeng.kernel.errors import UnusableInput
from tongdeng.owed import selectors as owed
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import cards

HOW_MANY = 6
TOWN = "990101001000"  # its office has recorded the declines here; the county's clerk calls


def offer(line: owed.Line, by: Actor) -> int:
    """Record that somebody was told and declined, without a signature."""
    entry = Entry(line.person_id, territory_of(line), line.service, clock.today(), Outcome.OFFERED, "上门")
    return delivery.record_delivery(entry=entry, by=by)


def territory_of(line: owed.Line) -> str:
    """Return where somebody lives."""
    return registry.territories([line.person_id])[line.person_id]


def owed_here(**wanted: Any) -> list[owed.Line]:
    """Return the list of the town as the office sees it."""
    with acting(staffed("office")):
        return owed.lines(owed.Wanted(TOWN, clock.today(), page=None, **wanted))


@pytest.fixture
def offers(determined_county: SmallCounty) -> Iterator[list[int]]:
    """Declines that the town's office recorded and nobody confirmed; taken back afterwards."""
    lines = list({(line.person_id, line.service): line for line in owed_here()}.values())
    worker = staffed("town", TOWN)
    with acting(worker):
        records = [offer(line, worker) for line in lines[:HOW_MANY]]
    yield records
    with acting(worker):
        for record in records:
            delivery.take_back_delivery(record_id=record, by=worker)
    with owner_here() as owner:
        owner.execute("ALTER TABLE delivery_callback NO FORCE ROW LEVEL SECURITY")
        owner.execute("DELETE FROM delivery_callback")
        owner.execute("ALTER TABLE delivery_callback FORCE ROW LEVEL SECURITY")


def draw(size: int = HOW_MANY, seed: str = "") -> Any:
    """Draw as the office."""
    with acting(staffed("office")) as by:
        return delivery.draw_callbacks(
            place=TOWN, first_on=clock.today(), last_on=clock.today(), size=size, seed=seed, by=by
        )


def drawn() -> list[Callback]:
    """Return what was drawn."""
    with acting(staffed("office")):
        return list(Callback.objects.order_by("id"))


def answer(callback: Callback, said: Answer, kind: str = "clerk", place: str = COUNTY) -> str:
    """Answer in a post."""
    with acting(staffed(kind, place)) as by:
        return delivery.answer_callback(callback_id=callback.pk, answer=said, by=by)


def pairs(lines: list[owed.Line]) -> set[tuple[int, str]]:
    """Return the persons and services of some lines."""
    return {(line.person_id, line.service) for line in lines}


def test_the_lot_chooses_and_the_same_seed_chooses_the_same(offers: list[int]) -> None:
    found = draw(3, seed="one")
    assert (found.offers, found.size) == (HOW_MANY, 3)
    first = {one.record_id for one in drawn()}
    assert first < set(offers)
    with acting(staffed("office")):
        Callback.objects.all().delete()
    draw(3, seed="one")
    assert {one.record_id for one in drawn()} == first
    seeds = set()
    for number in range(8):  # guards the line above: another seed may choose others
        with acting(staffed("office")):
            Callback.objects.all().delete()
        draw(3, seed=f"other {number}")
        seeds.add(frozenset(one.record_id for one in drawn()))
    assert len(seeds) > 1


def test_nobody_is_drawn_twice_and_the_seed_is_written_down(offers: list[int]) -> None:
    first = draw(4)
    second = draw()
    assert (second.offers, second.size) == (2, 2)
    assert {one.record_id for one in drawn()} == set(offers)
    with pytest.raises(UnusableInput, match="none"):
        draw()
    with owner_here() as owner:
        (detail,) = owner.execute(
            "SELECT detail FROM audit_entry WHERE code = 'delivery.callbacks.drawn' AND detail->>'sample' = %s",
            [str(first.sample_id)],
        ).fetchone()
    assert len(detail["seed"]) == 16


def test_what_is_upheld_counts_as_declined_and_what_is_not_stays_owed(
    offers: list[int], job_login: Callable[..., Any], determined_county: SmallCounty
) -> None:
    draw()
    upheld, wanted, *_ = drawn()
    assert answer(upheld, Answer.UPHELD) == "upheld"
    assert answer(wanted, Answer.WANTED) == "wanted"

    def check() -> None:
        assert (upheld.person_id, upheld.service) in pairs(owed_here(tab="declined"))
        assert (upheld.person_id, upheld.service) not in pairs(owed_here())
        assert (wanted.person_id, wanted.service) in pairs(owed_here())

    check()
    with job_login("determine") as by:
        with acting(by):
            people.rebuild(persons=[upheld.person_id, wanted.person_id], on=clock.today(), by=by)
        for place in {upheld.territory, wanted.territory}:
            insight.refresh_place(community=place, as_of=determined_county.as_of, by=by)
    check()  # it is a record like any other: what is determined anew says the same
    with acting(staffed("worker", wanted.territory)) as by:
        assert [(one.person_id, one.service) for one in callbacks.wishes(TOWN)] == [(wanted.person_id, wanted.service)]
        served = delivery.record_delivery(
            entry=Entry(wanted.person_id, wanted.territory, wanted.service, clock.today(), Outcome.SERVED, "上门"),
            by=by,
        )
        assert callbacks.wishes(TOWN) == []  # the task ends with the service
        delivery.take_back_delivery(record_id=served, by=by)
        assert len(callbacks.wishes(TOWN)) == 1


def test_whoever_recorded_the_decline_does_not_call_and_nobody_from_elsewhere(offers: list[int]) -> None:
    draw()
    one = drawn()[0]
    with pytest.raises(UnusableInput, match="own"):
        answer(one, Answer.UPHELD, "town", TOWN)
    with acting(staffed("town", TOWN)) as by:
        assert delivery.reveal_phone(callback_id=one.pk, by=by) is None
    with pytest.raises(UnusableInput, match="closed"):
        answer(one, Answer.UPHELD, "worker", WEST)
    assert answer(one, Answer.UPHELD) == "upheld"


def test_three_calls_in_vain_end_it_and_the_service_stays_owed(offers: list[int]) -> None:
    draw()
    one = drawn()[0]
    assert [answer(one, Answer.NOT_REACHED) for _ in range(3)] == ["open", "open", "not_reached"]
    assert (one.person_id, one.service) in pairs(owed_here())
    with pytest.raises(UnusableInput, match="closed"):
        answer(one, Answer.UPHELD)


@pytest.mark.parametrize("said", list(Answer))
def test_an_answer_is_taken_back_within_the_day_with_all_it_did(
    said: Answer, offers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    draw()
    one, before = drawn()[0], (pairs(owed_here()), pairs(owed_here(tab="declined")))
    answer(one, said)
    with acting(staffed("town", TOWN)) as by:
        assert not delivery.take_back_answer(callback_id=one.pk, by=by)  # not theirs
    with acting(staffed("clerk")) as by:
        with monkeypatch.context() as later:
            later.setenv("TONGDENG_TODAY", str(clock.today() + timedelta(days=1)))
            assert not delivery.take_back_answer(callback_id=one.pk, by=by)
        assert delivery.take_back_answer(callback_id=one.pk, by=by)
        assert callbacks.wishes(TOWN) == []
    assert (pairs(owed_here()), pairs(owed_here(tab="declined"))) == before
    again = drawn()[0]
    assert (again.state, again.calls, again.settled_record_id) == ("open", [], None)
    assert again.task_id is None


def test_shares_are_counted_by_community_and_by_nobody(offers: list[int]) -> None:
    draw()
    one, two, three, four, *_ = drawn()
    for callback, said in ((one, Answer.UPHELD), (two, Answer.UPHELD), (three, Answer.WANTED)):
        answer(callback, said)
    for _ in range(3):
        answer(four, Answer.NOT_REACHED)
    with acting(staffed("office")):
        found = callbacks.agreements(TOWN)
    counted = [sum(getattr(one, name) for one in found) for name in ("upheld", "wanted", "not_reached", "open")]
    assert counted == [2, 1, 1, 2]
    assert {one.community for one in found} == {one.territory for one in drawn()}
    page = signed_in("office").get("/callbacks/").content.decode()
    assert all(f"{one.upheld} / {one.reached}" in page for one in found)
    assert "王敏" not in page.split("<main")[1].split("打印")[0]  # no member of staff is named


def test_a_decline_that_was_taken_back_is_not_asked_about(offers: list[int]) -> None:
    draw()
    with acting(staffed("town", TOWN)) as by:
        delivery.take_back_delivery(record_id=offers[0], by=by)
    assert offers[0] not in {one.record_id for one in drawn()}


def test_the_page_masks_the_number_until_it_is_asked_for(offers: list[int]) -> None:
    draw()
    with acting(staffed("office")):
        whole = {one.pk: cards.phone_of(one.person_id) for one in Callback.objects.all()}
    one = next(callback for callback in drawn() if whole[callback.pk])
    clerk = signed_in("clerk")
    assert str(whole[one.pk]) not in clerk.get("/callbacks/").content.decode()
    for headers in ({}, {"HX-Request": "true"}):
        shown = clerk.post(f"/callbacks/{one.pk}/phone", headers=headers).content.decode()
        assert f"tel:{whole[one.pk]}" in shown
    with owner_here() as owner:
        purpose, subjects = owner.execute(
            "SELECT purpose, subjects FROM audit_entry WHERE code = 'delivery.phone.revealed' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert (purpose, subjects) == ("callback", [one.person_id])
    own = signed_in("town", TOWN)
    assert str(whole[one.pk]) not in own.post(f"/callbacks/{one.pk}/phone").content.decode()
    assert f"另有 {HOW_MANY} 件是您记录的" in own.get("/callbacks/").content.decode()


def test_the_pages_work_over_the_web(offers: list[int]) -> None:
    today = clock.today().isoformat()
    office, clerk = signed_in("office"), signed_in("clerk")
    assert office.post("/callbacks/draw", {"first_on": today, "last_on": "?", "size": "3"}).status_code == 422
    assert office.post("/callbacks/draw", {"first_on": today, "last_on": today, "size": "900"}).status_code == 422
    assert office.post("/callbacks/draw", {"first_on": today, "last_on": today, "size": "9"}).status_code == 302
    one = drawn()[0]
    assert office.post(f"/callbacks/{one.pk}/answer", {"answer": "upheld"}).status_code == 403
    assert clerk.post(f"/callbacks/{one.pk}/answer", {"answer": "?"}).status_code == 422
    told = clerk.post(f"/callbacks/{one.pk}/answer", {"answer": "wanted"})
    page = clerk.get(told.url).content.decode()
    assert page.count(f'action="/callbacks/{one.pk}/undo"') == 2
    assert "本人需要，仍应享" in page
    assert clerk.post(f"/callbacks/{one.pk}/undo").url.endswith("undone=1")
    assert clerk.post(f"/callbacks/{one.pk}/undo").url.endswith("undone=0")
    assert signed_in("police").get("/callbacks/").status_code == 403
    assert signed_in("worker", EAST).post("/callbacks/draw").status_code == 403
