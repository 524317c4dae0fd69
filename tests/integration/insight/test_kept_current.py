"""Whatever changes a record, a link or a stay has its places determined anew, and nothing is left to the night."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from procrastinate.contrib.django import app

from tests import doubts
from tests.databases import SmallCounty, logged_in_as, owner_here
from tests.integration.intake.test_households import as_county, known_in, members, number, plain_number, typed
from tests.integration.intake.test_moves import roll
from tests.integration.people import test_dwelling_pages as homes_pages
from tests.posts import EAST, WEST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command, job
from tongdeng.delivery import actions as delivery
from tongdeng.delivery.models import Callback
from tongdeng.delivery.types import Answer, Entry, Outcome
from tongdeng.intake import actions as intake
from tongdeng.intake.exports import review
from tongdeng.intake.models import Move
from tongdeng.kernel import clock
from tongdeng.owed import actions as owed
from tongdeng.owed.models import Window
from tongdeng.people.exports import Batch, dwellings
from tongdeng.people.models import Identity, Link

REFRESH = "tongdeng.insight.tasks.refresh_place"
EVERYONE = "tongdeng.insight.tasks.refresh_everyone"


def waiting() -> list[tuple[int, str, dict[str, Any]]]:
    """Return the jobs that wait, oldest first."""
    with owner_here() as owner:
        return owner.execute(
            "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
        ).fetchall()


def run_jobs() -> list[tuple[str, str]]:
    """Do what the worker does until nothing waits; return the determinations that were made, in order."""
    made = []
    app.perform_import_paths()
    for _ in range(40):
        jobs = waiting()
        if not jobs:
            return made
        number, name, arguments = jobs[0]
        with owner_here() as owner:
            owner.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [number])
        if name in (REFRESH, EVERYONE):
            made.append((name, arguments.get("community", "")))
        with logged_in_as("job"):
            app.tasks[name].func(**arguments)
    raise AssertionError("jobs ask for jobs without end")


def stored() -> list[tuple[Any, ...]]:
    """Return every window as it stands."""

    def read() -> list[tuple[Any, ...]]:
        names = [f.attname for f in Window._meta.fields if f.attname != "id"]
        return sorted(Window.objects.values_list(*names), key=repr)

    return as_county(read)


def differences() -> int:
    """Return how many windows a run over everyone changes now."""
    before = stored()
    with logged_in_as("job"):
        owed.determine_everyone(as_of=clock.today(), by=command("determine"))
    return len(set(before) ^ set(stored()))


# ---- what changes people: each act by the door the product uses for it ----


def owed_to(place: str = EAST) -> Window:
    """Return a window that stands open."""
    return as_county(lambda: Window.objects.filter(territory=place, status="owed").order_by("-id").first())


def record_a_delivery() -> None:
    window = owed_to()
    with acting(staffed("worker", EAST)) as by:
        kept["delivery"] = delivery.record_delivery(
            entry=Entry(window.person_id, EAST, window.service, clock.today(), Outcome.SERVED, "上门"), by=by
        )


def take_the_delivery_back() -> None:
    with acting(staffed("worker", EAST)) as by:
        delivery.take_back_delivery(record_id=kept["delivery"], by=by)


def call_somebody_back() -> None:
    window, today = owed_to(), clock.today()
    with acting(staffed("worker", EAST)) as by:
        entry = Entry(window.person_id, EAST, window.service, today, Outcome.OFFERED, "上门")
        delivery.record_delivery(entry=entry, by=by)
    with acting(staffed("office")) as by:
        delivery.draw_callbacks(place=EAST, first_on=today, last_on=today, size=1, by=by)
        kept["callback"] = Callback.objects.get().pk
    with acting(staffed("clerk")) as by:
        delivery.answer_callback(callback_id=kept["callback"], answer=Answer.UPHELD, by=by)


def take_the_call_back() -> None:
    with acting(staffed("clerk")) as by:
        delivery.take_back_answer(callback_id=kept["callback"], by=by)


def register_a_family() -> None:
    said = ({"number": number(), "name": "郑小红"}, {"name": "郑一一", "born_on": "2018-03-04", "sex": "female",
            "relation": "child", "hukou": "990303"})  # fmt: skip
    with acting(staffed("worker", EAST)) as by:
        kept["family"] = intake.register_household(home=typed(), members=members(*said), token="family", by=by)


def take_the_family_back() -> None:
    with acting(staffed("worker", EAST)) as by:
        intake.take_back_household(batch_id=kept["family"], by=by)


def register_somebody_of_the_west() -> None:
    person = known_in(WEST)
    with acting(staffed("worker", EAST)) as by:
        kept["move"] = intake.register_household(
            home=typed(), members=members({"number": plain_number(person)}), token="move", by=by
        )


def let_the_west_answer() -> None:
    move = as_county(lambda: Move.objects.get(batch_id=kept["move"]))
    kept["asked"] = move.task_id
    with acting(staffed("worker", WEST)) as by:
        intake.answer_move(task_id=move.task_id, left_on=clock.today() - timedelta(days=1), by=by)


def take_the_answer_back() -> None:
    with acting(staffed("worker", WEST)) as by:
        intake.take_back_move_answer(task_id=kept["asked"], by=by)


def say_that_somebody_left() -> None:
    person = owed_to().person_id
    with acting(staffed("worker", EAST)) as by:
        kept["left"] = intake.say_left(person_id=person, left_on=clock.today(), by=by)


def take_the_departure_back() -> None:
    with acting(staffed("worker", EAST)) as by:
        intake.take_back_household(batch_id=kept["left"], by=by)


def say_that_somebody_is_here() -> None:
    person = owed_to().person_id
    with acting(staffed("worker", EAST)) as by:
        intake.say_still_here(person_id=person, by=by)


def merge_two() -> None:
    with logged_in_as("job"), acting(job("intake")) as by:
        one = doubts.person(by)
        doubts.ask(by, one, doubts.person(by, name="吴海艳", phone="10088880001"))
        kept["doubt"] = review.doubts_about(one)[0].pk
        kept["survivor"] = one
    with acting(staffed("worker", EAST)) as by:
        intake.decide(doubt_id=kept["doubt"], verdict="same", by=by)


def unmerge_them() -> None:
    with acting(staffed("worker", EAST)) as by:
        intake.undo_decision(doubt_id=kept["doubt"], by=by)


def split_somebody() -> None:
    def two_records() -> tuple[int, list[int]]:
        for one in Identity.objects.filter(territory=EAST).order_by("person_id"):
            found = list(Link.objects.filter(person_id=one.pk, superseded_at=None).values_list("record_id", flat=True))
            if len(found) > 1:
                return one.pk, sorted(found)
        raise AssertionError("nobody has two records")

    person, records = as_county(two_records)
    with acting(staffed("clerk")) as by:
        kept["split"] = intake.part_records(person_id=person, records=records[:1], by=by).id


def take_the_split_back() -> None:
    with acting(staffed("clerk")) as by:
        intake.take_back_change(change_id=kept["split"], by=by)


def declare_a_tenant() -> None:
    home = homes_pages.homes()[0]
    with acting(staffed("worker", EAST)) as by:
        tenant = intake.Declaration(
            "欧阳租客", "居民身份证", homes_pages.number("99018119930304123"), clock.today(), None
        )
        kept["tenant"] = intake.declare_tenant(dwelling_id=home.dwelling_id, tenant=tenant, by=by)


def take_the_tenant_back() -> None:
    with acting(staffed("worker", EAST)) as by:
        intake.take_back_declaration(batch_id=kept["tenant"], by=by)


def end_a_tenancy() -> None:
    with acting(staffed("worker", EAST)):
        lease, home = next(
            (lease, one) for one in dwellings.listed(dwellings.Wanted(EAST, clock.today(), page=None))
            for lease in dwellings.leases(one.dwelling_id) if lease.ends_on is None and lease.starts_on < clock.today()
        )  # fmt: skip
    sent = {"record": str(lease.record_id), "ended_on": clock.today().isoformat()}
    worker = signed_in("worker", EAST)
    page = worker.get(worker.post(f"/dwellings/{home.dwelling_id}/end", sent).url).content.decode()
    kept["tenancy"] = re.search(r'action="(/dwellings/\d+/undo/\d+)"', page)[1]


def take_the_end_back() -> None:
    signed_in("worker", EAST).post(kept["tenancy"])


def take_a_roll_in_and_back() -> None:
    person = known_in(EAST)
    roll(person, EAST, clock.today() - timedelta(days=40), 离开日期=str(clock.today()))
    batch = Batch.objects.filter(source="police").latest("id").pk
    with logged_in_as("job"):
        intake.withdraw_batch(batch_id=batch, reason="test", by=job("intake"))


ACTS: tuple[Callable[[], None], ...] = (
    record_a_delivery, take_the_delivery_back, call_somebody_back, take_the_call_back, register_a_family,
    take_the_family_back, register_somebody_of_the_west, let_the_west_answer, take_the_answer_back,
    let_the_west_answer, say_that_somebody_left, take_the_departure_back, say_that_somebody_is_here, merge_two,
    unmerge_them, split_somebody, take_the_split_back, declare_a_tenant, take_the_tenant_back, end_a_tenancy,
    take_the_end_back, take_a_roll_in_and_back,
)  # fmt: skip
kept: dict[str, Any] = {}


@pytest.fixture(scope="module", autouse=True)
def quiet(determined_county: SmallCounty) -> Iterator[None]:
    """Begin without jobs from the making of the county, and leave no waiting file."""
    with owner_here() as owner:
        owner.execute("DELETE FROM procrastinate_jobs")
    yield
    for file in (Path(settings.TONGDENG_FILES) / "uploads").glob("*"):
        file.unlink()


def test_after_every_act_and_its_jobs_a_run_over_everyone_changes_nothing() -> None:
    behind, twice, silent = {}, {}, []
    for act in ACTS:
        act()
        asked = [(name, arguments["community"]) for _, name, arguments in waiting() if name == REFRESH]
        made = run_jobs()
        if not made:
            silent.append(act.__name__)
        if len(asked) != len(set(asked)) or len(made) != len(set(made)):
            twice[act.__name__] = made
        if count := differences():
            behind[act.__name__] = count
    assert (behind, twice, silent) == ({}, {}, [])


def test_were_the_job_forgotten_the_run_would_find_it() -> None:
    # Guards the test above: should this find nothing, that one proves nothing.
    record_a_delivery()
    with owner_here() as owner:
        owner.execute("DELETE FROM procrastinate_jobs")
    assert differences() > 0
