"""An answer about a move is taken back within its day: table by table, everything is as it was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.databases import SmallCounty, logged_in_as
from tests.integration.intake import test_moves as moving
from tests.integration.intake.test_households import as_county
from tests.integration.people import test_merge
from tests.posts import COUNTY, EAST, WEST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.insight import actions as insight
from tongdeng.intake import actions as intake
from tongdeng.intake.models import Move
from tongdeng.kernel import clock
from tongdeng.kernel.errors import UnusableInput
from tongdeng.org.types import town_of
from tongdeng.people.models import Identity

pytestmark = pytest.mark.usefixtures("determined_county")
cast, person = moving.cast, moving.person
# What an answer wrote stays written, and no longer speaks.
SILENT = {
    "people_link": "superseded_at IS NULL AND record_id IN (SELECT id FROM people_record WHERE superseded_at IS NULL)",
    "people_record": "superseded_at IS NULL",
    "people_sighting": "withdrawn_at IS NULL",
    "people_batch": "state <> 'withdrawn'",
    "work_task": "outcome IS DISTINCT FROM 'withdrawn'",
}


@pytest.fixture
def register_as_it_stands(
    as_job: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, determined_county: SmallCounty
) -> Callable[[Identity], dict[str, Any]]:
    """Determine the places anew, and return what stands in every table."""
    for table, standing in SILENT.items():
        monkeypatch.setitem(test_merge.STANDING, table, standing)
    # The tests hire whoever answers when first asked for.
    monkeypatch.setattr(test_merge, "GROWING", test_merge.GROWING | {"org_staff", "org_post", "org_unit"})

    def read(person: Identity) -> dict[str, Any]:
        with logged_in_as("job"):
            for place in (person.territory, EAST):
                insight.refresh_place(community=place, as_of=determined_county.as_of, by=command("determine"))
        with as_job():
            return test_merge.every_table()

    return read


def take_back(move: Move, place: str, kind: str = "worker", task: int = 0) -> None:
    """Take an answer back by the post that gave it, and let the job do it."""
    task = task or moving.task_of(move)
    with acting(staffed(kind, place)) as by:
        intake.take_back_move_answer(task_id=task, by=by)
    moving.run(lambda by: intake.take_back_move(task_id=task, by=by))


def test_a_confirmed_move_is_undone(person: Identity, register_as_it_stands: Callable[..., Any]) -> None:
    move = moving.ask(person)
    before = register_as_it_stands(person)
    moving.answer(move, clock.today() - timedelta(days=1))
    assert register_as_it_stands(person) != before  # guards the line below: the answer did something
    take_back(move, person.territory)
    assert register_as_it_stands(person) == before
    moving.answer(move, clock.today())  # and it can be answered again
    assert moving.fresh(move).state == "moved"


def test_a_disagreement_is_undone(person: Identity, register_as_it_stands: Callable[..., Any]) -> None:
    move = moving.ask(person)
    before = register_as_it_stands(person)
    moving.answer(move, None)
    assert moving.fresh(move).state == "disputed"
    take_back(move, person.territory)
    assert register_as_it_stands(person) == before


def common(move: Move) -> tuple[str, str]:
    """Return the post and place that decide between two communities."""
    both = town_of(move.from_place), town_of(move.territory)
    return ("town", both[0]) if both[0] == both[1] else ("clerk", COUNTY)


@pytest.mark.parametrize("moved", [True, False])
def test_a_decision_is_undone_and_then_the_disagreement(
    moved: bool, person: Identity, register_as_it_stands: Callable[..., Any]
) -> None:
    move = moving.ask(person)
    first = register_as_it_stands(person)
    moving.answer(move, None)
    asked, disputed = moving.task_of(move), moving.fresh(move)
    before = register_as_it_stands(person)
    kind, place = common(move)
    moving.answer(disputed, clock.today() if moved else None, kind, place)
    assert moving.fresh(move).state == ("moved" if moved else "stays")
    take_back(disputed, place, kind)
    assert register_as_it_stands(person) == before
    take_back(move, person.territory, task=asked)
    assert register_as_it_stands(person) == first


def test_a_disagreement_that_was_decided_since_stands(person: Identity) -> None:
    move = moving.ask(person)
    moving.answer(move, None)
    asked, disputed = moving.task_of(move), moving.fresh(move)
    kind, place = common(move)
    moving.answer(disputed, clock.today(), kind, place)
    take_back(move, person.territory, task=asked)
    assert moving.fresh(move).state == "moved"


def test_a_move_that_a_roll_showed_is_undone(person: Identity, register_as_it_stands: Callable[..., Any]) -> None:
    moving.roll(person, EAST, clock.today() - timedelta(days=3))
    moving.run(intake.watch_moves)
    move = as_county(lambda: Move.objects.get(subject_id=person.pk, source="roll"))
    before = register_as_it_stands(person)
    moving.answer(move, clock.today())
    assert register_as_it_stands(person) != before
    take_back(move, move.from_place)
    assert register_as_it_stands(person) == before


def test_an_answer_not_yet_carried_out_is_only_open_again(
    person: Identity, register_as_it_stands: Callable[..., Any]
) -> None:
    move = moving.ask(person)
    before = register_as_it_stands(person)
    with acting(staffed("worker", person.territory)) as by:
        intake.answer_move(task_id=moving.task_of(move), left_on=clock.today(), by=by)
    take_back(move, person.territory)
    assert register_as_it_stands(person) == before


def test_nobody_else_and_no_later_day_takes_it_back(person: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    move = moving.ask(person)
    task = moving.task_of(move)
    with acting(staffed("worker", person.territory)) as by, pytest.raises(UnusableInput, match="not_yours"):
        intake.take_back_move_answer(task_id=task, by=by)  # not answered yet
    moving.answer(move, clock.today())
    for kind, place in (("worker", EAST), ("worker", WEST if person.territory != WEST else EAST), ("clerk", COUNTY)):
        with acting(staffed(kind, place)) as by, pytest.raises(UnusableInput, match="not_yours"):
            intake.take_back_move_answer(task_id=task, by=by)
    assert moving.fresh(move).sealed is not None
    monkeypatch.setenv("TONGDENG_TODAY", str(clock.today() + timedelta(days=1)))
    with acting(staffed("worker", person.territory)) as by, pytest.raises(UnusableInput, match="not_yours"):
        intake.take_back_move_answer(task_id=task, by=by)
    moving.run(intake.watch_moves)
    assert moving.fresh(move).sealed is None  # what was typed is not kept longer than it can be of use


def test_the_page_offers_it_to_the_post_that_answered(person: Identity) -> None:
    move = moving.ask(person)
    task = moving.task_of(move)
    worker = signed_in("worker", person.territory)
    told = worker.post(f"/moves/{task}/answer", {"answer": "left", "left_on": str(clock.today())})
    page = worker.get(told.url).content.decode()
    assert page.count(f'action="/moves/{task}/undo"') == 2  # in the toast, and in the list for the rest of the day
    assert f"/moves/{task}/undo" not in signed_in("clerk").get("/moves/").content.decode()
    assert signed_in("office").post(f"/moves/{task}/undo").status_code == 403
    assert "没有可以撤回的记录" in signed_in("worker", EAST).post(f"/moves/{task}/undo").content.decode()
    assert worker.post(f"/moves/{task}/undo").status_code == 302
