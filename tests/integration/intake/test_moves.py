"""Moves: who is asked, what an answer does, what silence does; and where everything lies afterwards."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Max

from tests.databases import SmallCounty, logged_in_as
from tests.integration.intake.test_households import as_county, number, plain_number, register, settle, typed
from tests.posts import COUNTY, EAST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import job
from tongdeng.intake import actions as intake
from tongdeng.intake import moves
from tongdeng.intake.models import Move
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import UnusableInput
from tongdeng.org.types import town_of
from tongdeng.people.exports import profiles
from tongdeng.people.models import Identity, Person, Record, Stay
from tongdeng.work import actions as work
from tongdeng.work.models import Task

pytestmark = pytest.mark.usefixtures("determined_county")
PLACED = ("people_person", "people_identity", "people_stay", "people_key", "owed_window",
          "delivery_delivery", "work_task")  # fmt: skip


@pytest.fixture(scope="module")
def cast(determined_county: SmallCounty) -> list[Identity]:
    """People who live elsewhere than in the eastern community, have for a while, and nowhere before; one a test."""
    of_one_stay = (
        Stay.objects.filter(rank=1).values("person_id")
        .annotate(stays=Count("record_id"), since=Max("starts_on"))
        .filter(stays=1, since__lt=clock.today() - timedelta(days=30)).values("person_id")
    )  # fmt: skip
    return as_county(
        lambda: list(
            Identity.objects.filter(id_index__isnull=False, has_police_row=True, is_placed=True)
            .filter(person_id__in=of_one_stay)
            .exclude(territory=EAST)
            .order_by("person_id")
        )
    )


@pytest.fixture
def person(cast: list[Identity]) -> Identity:
    """Somebody of another community whom no other test has moved."""
    return cast.pop()


def ask(person: Identity, arrived_on: date | None = None) -> Move:
    """Let the eastern worker register somebody of the west, and the job ask the former community."""
    home = typed(arrived_on=(arrived_on or clock.today()).isoformat())
    batch = register({"number": plain_number(person), "phone": "10055556666"}, home=home)
    return as_county(lambda: Move.objects.get(batch_id=batch))


def answer(move: Move, left_on: date | None, kind: str = "worker", place: str = "") -> None:
    """Answer for the former community, and let the job carry it out."""
    with acting(staffed(kind, place or move.from_place)) as by:
        intake.answer_move(task_id=task_of(move), left_on=left_on, by=by)
    run(intake.settle_moves)


def task_of(move: Move) -> int:
    """Return the number of the task that asks about a move."""
    return int(move.task_id or 0)


def run(action: Callable[..., Any]) -> Any:
    """Run one of the jobs."""
    with logged_in_as("job"):
        return action(by=job("intake"))


def fresh(move: Move) -> Move:
    """Read a move anew."""
    return as_county(lambda: Move.objects.get(pk=move.pk))


def territories(person: Identity) -> dict[str, set[str]]:
    """Return where the rows about somebody lie, table by table."""

    def read() -> dict[str, set[str]]:
        found = {}
        with connection.cursor() as cursor:
            for table in PLACED:
                column = "id" if table == "people_person" else "person_id"
                cursor.execute(f"SELECT DISTINCT territory FROM {table} WHERE {column} = %s", [person.pk])
                found[table] = {row[0] for row in cursor.fetchall()}
        return {table: places for table, places in found.items() if places}

    return as_county(read)


def stays(person: Identity) -> list[tuple[str, date, date | None]]:
    """Return the believed stays."""
    return as_county(
        lambda: list(
            Stay.objects.filter(person_id=person.pk, rank=1).order_by("starts_on", "community")
            .values_list("community", "starts_on", "ends_on")
        )
    )  # fmt: skip


def test_a_confirmed_move_ends_one_stay_begins_the_next_and_everything_follows(person: Identity) -> None:
    west = person.territory
    with logged_in_as("job"), acting(job("intake")) as by:
        work.open_tasks(kind="tests.task", items=[(person.pk, None, west)], due_in_days=9, by=by)
    before = stays(person)
    move, today = ask(person), clock.today()
    assert (move.state, move.from_place, move.territory) == ("asked", west, EAST)
    assert all(places == {west} for places in territories(person).values())  # nobody waits, nothing moves yet
    left_on = today - timedelta(days=2)
    answer(move, left_on)
    assert (fresh(move).state, fresh(move).how) == ("moved", "confirmed")
    assert all(places == {EAST} for places in territories(person).values()), territories(person)
    assert "work_task" in territories(person)
    assert "owed_window" in territories(person)
    now = stays(person)
    assert [stay for stay in now if stay[0] == EAST] == [(EAST, today, None)]
    assert {stay[2] for stay in now if stay[0] == west} == {stay[2] or left_on for stay in before if stay[0] == west}


def test_the_former_community_sees_the_question_and_the_asking_one_a_masked_wish(person: Identity) -> None:
    west = person.territory
    move = ask(person)
    with acting(staffed("worker", west)):
        (question,) = [one for one in moves.questions(west) if one.person_id == person.pk]
        assert question.name == person.name
        assert moves.questions_about(person.pk)
    with acting(staffed("worker", EAST)):
        assert moves.questions(EAST) == []
        assert move.pk in {one.move_id for one in moves.wishes(EAST)}
        assert profiles.find_profile(person.pk) is None
    page = signed_in("worker", EAST).get("/moves/").content.decode()
    assert person.name not in page
    assert ids.show(person.pk) in page


def test_asking_again_asks_the_other_community_once(person: Identity) -> None:
    west = person.territory
    first, second = ask(person), ask(person)
    assert (fresh(first).state, second.task_id) == ("withdrawn", first.task_id)
    with acting(staffed("worker", west)):
        assert len([one for one in moves.questions(west) if one.person_id == person.pk]) == 1
    answer(second, clock.today())
    assert fresh(second).state == "moved"


def test_no_answer_by_the_deadline_counts_as_left(person: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    west = person.territory
    move, today = ask(person), clock.today()
    run(intake.watch_moves)
    assert fresh(move).state == "asked"
    later = today + timedelta(days=moves.DAYS_TO_ANSWER + 1)
    monkeypatch.setenv("TONGDENG_TODAY", later.isoformat())
    run(intake.watch_moves)
    assert (fresh(move).state, fresh(move).how) == ("moved", "lapsed")
    assert (west, today) in {(place, until) for place, _, until in stays(person)}
    with acting(staffed("worker", west)):
        (told,) = [one for one in moves.answered(west) if one.person_id == person.pk]
    assert told.outcome == "lapsed"


def test_a_disagreement_goes_to_the_smallest_division_that_holds_both(person: Identity) -> None:
    west = person.territory
    move, before = ask(person), stays(person)
    answer(move, None)
    move = fresh(move)
    assert move.state == "disputed"
    task = as_county(lambda: Task.objects.get(pk=move.task_id))
    assert task.territory == (town_of(EAST) if town_of(EAST) == town_of(west) else COUNTY)
    answer(move, None, "clerk", COUNTY)
    assert (fresh(move).state, stays(person)) == ("stays", before)
    assert as_county(lambda: Person.objects.get(pk=person.pk).territory) == west


def test_moving_out_and_back_keeps_every_stay(person: Identity) -> None:
    west = person.territory
    today, before = clock.today(), stays(person)
    answer(ask(person, today - timedelta(days=9)), today - timedelta(days=10))
    home = typed(community=west, address="滨河路1号", arrived_on=(today - timedelta(days=1)).isoformat())
    back = register({"number": plain_number(person)}, home=home, place=west)
    move = as_county(lambda: Move.objects.get(batch_id=back))
    answer(move, today - timedelta(days=1), place=EAST)
    assert stays(person) == [
        *[(place, since, until or today - timedelta(days=10)) for place, since, until in before],
        (EAST, today - timedelta(days=9), today - timedelta(days=1)),
        (west, today - timedelta(days=1), None),
    ]
    assert all(places == {west} for places in territories(person).values())


def test_a_move_out_on_the_day_of_arrival_leaves_no_day_there(person: Identity) -> None:
    west = person.territory
    today = clock.today()
    answer(ask(person, today), today)
    home = typed(community=west, address="滨河路1号")
    batch = register({"number": plain_number(person)}, home=home, place=west)
    answer(as_county(lambda: Move.objects.get(batch_id=batch)), today, place=EAST)
    assert EAST not in {place for place, _, _ in stays(person)}
    assert (west, today, None) in stays(person)


def test_the_day_of_departure_is_the_first_day_absent_and_an_undo_restores(person: Identity) -> None:
    west = person.territory
    today, before = clock.today(), stays(person)
    with acting(staffed("worker", west)) as by:
        batch = intake.say_left(person_id=person.pk, left_on=today - timedelta(days=1), by=by)
    settle(batch)
    ended = [stay for stay in stays(person) if stay[2] == today - timedelta(days=1)]
    assert ended
    assert as_county(lambda: Person.objects.get(pk=person.pk).territory) == COUNTY
    with acting(staffed("worker", west)) as by:
        assert intake.take_back_household(batch_id=batch, by=by)
    settle(batch)
    assert stays(person) == before
    assert all(places == {west} for places in territories(person).values())


@pytest.mark.parametrize("days", [-1, 100_000])
def test_an_impossible_departure_is_refused(days: int, cast: list[Identity]) -> None:
    with acting(staffed("worker", cast[0].territory)) as by, pytest.raises(UnusableInput):
        intake.say_left(person_id=cast[0].pk, left_on=clock.today() - timedelta(days=days), by=by)


def test_still_here_renews_the_stay(person: Identity) -> None:
    west = person.territory
    before = stays(person)
    records = as_county(Record.objects.count)
    with acting(staffed("worker", west)) as by:
        settle_batch = intake.say_still_here(person_id=person.pk, by=by)
    settle(settle_batch)
    assert stays(person) == before
    assert as_county(Record.objects.count) == records + 1
    newest = as_county(lambda: Stay.objects.filter(person_id=person.pk, rank=1, ends_on=None).latest("starts_on"))
    assert (newest.as_at, newest.source) == (clock.today(), "police")


def test_a_worker_elsewhere_answers_nothing(person: Identity) -> None:
    move = ask(person)
    with acting(staffed("worker", EAST)) as by, pytest.raises(UnusableInput):
        intake.answer_move(task_id=task_of(move), left_on=clock.today(), by=by)


def test_an_answered_question_is_not_answered_again(person: Identity) -> None:
    west = person.territory
    move = ask(person)
    answer(move, clock.today())
    with acting(staffed("worker", west)) as by, pytest.raises(UnusableInput):
        intake.answer_move(task_id=task_of(move), left_on=None, by=by)


def test_a_wish_taken_back_closes_the_question(person: Identity) -> None:
    move = ask(person)
    with acting(staffed("worker", EAST)) as by:
        assert intake.take_back_household(batch_id=move.batch_id or 0, by=by)
    settle(move.batch_id or 0)
    assert fresh(move).state == "withdrawn"
    assert as_county(lambda: Task.objects.get(pk=move.task_id).outcome) == "withdrawn"


def test_a_newcomer_asks_nobody() -> None:
    batch = register({"number": number(), "name": "冯新"})
    assert as_county(lambda: Move.objects.filter(batch_id=batch).count()) == 0


def roll(person: Identity, community: str, arrived_on: date, **more: str) -> None:
    """Take in a police roll of one row about somebody."""
    said = {"姓名": person.name, "公民身份号码": plain_number(person), "社区代码": community, "现居住地址": "东街5号",
            "流入日期": arrived_on.isoformat(), "登记日期": arrived_on.isoformat(), **more}  # fmt: skip
    content = f"{','.join(said)}\n{','.join(said.values())}\n".encode()
    with logged_in_as("job"):
        by = job("intake")
        batch = intake.receive_roll(source="police", path=content, as_at=clock.today(), by=by, name="roll.csv")
        assert intake.import_roll(batch_id=batch, path=content, by=by)["accepted"] == 1


def test_two_open_stays_after_a_roll_are_asked_about_once(person: Identity) -> None:
    was, today = person.territory, clock.today()
    roll(person, EAST, today - timedelta(days=3))
    run(intake.watch_moves)
    run(intake.watch_moves)
    move = as_county(lambda: Move.objects.get(subject_id=person.pk))
    assert (move.source, move.from_place, move.territory) == ("roll", was, EAST)
    answer(move, today - timedelta(days=4))
    assert (fresh(move).state, fresh(move).how) == ("moved", "confirmed")
    assert [stay for stay in stays(person) if stay[2] is None] == [(EAST, today - timedelta(days=3), None)]
    assert (was, today - timedelta(days=4)) in {(place, until) for place, _, until in stays(person)}


def test_a_roll_that_is_wrong_about_the_second_stay_gives_way(person: Identity) -> None:
    was, today, before = person.territory, clock.today(), stays(person)
    roll(person, EAST, today - timedelta(days=2))
    run(intake.watch_moves)
    move = as_county(lambda: Move.objects.get(subject_id=person.pk))
    answer(move, None)
    move = fresh(move)
    answer(move, None, "clerk", COUNTY)
    assert fresh(move).state == "stays"
    assert stays(person) == before
    assert as_county(lambda: Person.objects.get(pk=person.pk).territory) == was


def test_an_end_the_police_state_later_ends_what_a_visit_confirmed(person: Identity) -> None:
    west, today = person.territory, clock.today()
    with acting(staffed("worker", west)) as by:
        batch = intake.say_still_here(person_id=person.pk, by=by)
    settle(batch)
    (stay,) = [one for one in stays(person) if one[2] is None]
    registered = as_county(
        lambda: Stay.objects.get(person_id=person.pk, rank=1, starts_on=stay[1], community=west).registered_on
    )
    roll(person, west, stay[1], 离开日期=today.isoformat(), 登记日期=(registered or stay[1]).isoformat())
    assert (west, stay[1], today) in stays(person)


def test_the_pages_answer_over_the_web(person: Identity) -> None:
    west = person.territory
    move = ask(person)
    former = signed_in("worker", west)
    assert person.name in former.get("/moves/").content.decode()
    notice = former.get(f"/people/{ids.show(person.pk)}/").content.decode()
    assert f"/moves/#task-{move.task_id}" in notice
    assert former.post(f"/moves/{move.task_id}/answer", {"answer": "left", "left_on": "?"}).status_code == 422
    assert (
        former.post(f"/moves/{move.task_id}/answer", {"answer": "left", "left_on": str(clock.today())}).status_code
        == 302
    )
    assert former.post(f"/moves/{move.task_id}/answer", {"answer": "stays"}).status_code == 422
    assert signed_in("police").get("/moves/").status_code == 403
    assert signed_in("office").post(f"/moves/{move.task_id}/answer", {"answer": "stays"}).status_code == 403


def test_whoever_may_have_left_is_listed_by_sign_and_a_word_takes_them_off(cast: list[Identity]) -> None:
    person = cast.pop()
    west, today = person.territory, clock.today()
    (stay,) = [one for one in stays(person) if one[2] is None]
    with logged_in_as("job"), acting(job("intake")), connection.cursor() as cursor:
        # The roll that told of the person is two years old; a newer one does not name them.
        cursor.execute(
            "UPDATE people_stay SET as_at = %s WHERE person_id = %s", [today - timedelta(days=800), person.pk]
        )
    worker, ref = signed_in("worker", west), ids.show(person.pk)
    page = worker.get("/departures/").content.decode()
    assert ref in page
    assert "一年多没有出现在公安名册里" in page
    assert ref in signed_in("office").get("/departures/").content.decode()
    assert worker.post(f"/departures/{ref}/say", {"answer": "left", "left_on": ""}).status_code == 422
    assert worker.post(f"/departures/{ref}/say", {"answer": "here"}).status_code == 302
    assert ref not in worker.get("/departures/").content.decode()
    answered = worker.post(f"/departures/{ref}/say", {"answer": "left", "left_on": str(today)})
    batch = int(answered.url.rpartition("entry=")[2])
    settle(batch)
    assert (west, stay[1], today) in stays(person)
    assert worker.post(f"/departures/{batch}/undo").status_code == 302
    settle(batch)
    assert stay in stays(person)
