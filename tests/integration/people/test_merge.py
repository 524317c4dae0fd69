"""Merging and taking back: only links move, and afterwards every table is as it was."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.databases import SmallCounty, owner_here
from tests.posts import signed_in
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.delivery import selectors as delivery
from tongdeng.delivery.actions import record_delivery
from tongdeng.delivery.types import Entry, Outcome
from tongdeng.insight import actions as insight
from tongdeng.intake import actions as intake
from tongdeng.kernel import ids
from tongdeng.kernel.errors import UnusableInput
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import history, merges, profiles, search
from tongdeng.snapshots import selectors as frozen
from tongdeng.synth.files import write_county

ROUNDS, SEED = 6, 20261123
AS_OF = date(2026, 11, 23)
# Set aside, each for its reason. Tables that only grow: what was done stays written down.
GROWING = {"audit_entry", "procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers"}
GROWING |= {"procrastinate_workers"}
# Of these only the rows that stand: links and merges are superseded, never deleted.
STANDING = {"people_link": "superseded_at IS NULL", "people_merge": "undone_at IS NULL"}
# Columns that say when or in which order a row was written anew, and ciphertexts, which never come out the same twice.
SERIAL = {"people_link": {"id", "recorded_at"}, "insight_cell": {"id"}, "owed_window": {"id"}, "owed_unknown": {"id"}}
REBUILT = ("token", "key", "stay", "permit", "job", "insurance", "schooling", "tenancy")
SERIAL |= {f"people_{cache}": {"id"} for cache in REBUILT}


def every_table() -> dict[str, list[tuple[Any, ...]]]:
    """Return what stands in every table of the catalog, in an order of its own."""
    found = {}
    with owner_here() as owner:
        names = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            # What the job's login may not read, it cannot write either.
            " AND has_table_privilege('tongdeng_job', oid, 'SELECT')"
        ).fetchall()
    with connection.cursor() as cursor:
        for (table,) in names:
            if table in GROWING:
                continue
            cursor.execute(f"SELECT * FROM {table} WHERE {STANDING.get(table, 'true')}")
            columns = [column.name for column in cursor.description]
            kept = [
                at for at, name in enumerate(columns)
                if name not in SERIAL.get(table, ()) and not (name.endswith("_sealed") and table != "people_record")
            ]  # fmt: skip
            found[table] = sorted(repr([row[at] for at in kept]) for row in cursor.fetchall())
    return found


def everyone() -> list[int]:
    """Return every person of the register."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture(scope="module")
def crowded(small_county: SmallCounty, job_login: Callable[..., Any], tmp_path_factory: Any) -> SmallCounty:
    """The small county into which the same people's rolls came once more, written so badly that many have two ids."""
    folder = tmp_path_factory.mktemp("noisy")
    write_county(people=300, seed=1, out=folder, as_of=small_county.as_of, noise=2)
    with job_login() as by:
        for source in ("police", "hrss", "education", "deliveries"):
            path = folder / f"{source}.csv"
            batch = intake.receive_roll(source=source, path=path, as_at=small_county.as_of, by=by)
            intake.import_roll(batch_id=batch, path=path, by=by)
        with acting(by):
            # An import of deliveries leaves profiles as they are; whoever is resolved anew lists those records, too.
            people.settle_persons(persons=everyone(), by=by)
        insight.refresh_everyone(as_of=small_county.as_of, by=command("determine"))
    return small_county


def settle(change: Any, by: Any) -> None:
    """Do what the background jobs do after a change."""
    intake.settle_change(change_id=change.id, by=by)
    with acting(by):
        places = set(registry.territories([change.person_id, change.other_id]).values())
    for place in places:
        insight.refresh_place(community=place, as_of=AS_OF, by=by)


def merge(first: int, second: int, by: Any) -> Any:
    """Merge by a clerk's answer to a doubt, as the page does, and let the jobs follow."""
    with acting(by):
        change = people.merge_persons(survivor_id=first, merged_id=second, weights={"doubt": 0}, by=by)
    settle(change, by)
    return change


def unmerge(change: Any, by: Any) -> None:
    """Take a merge back, as the page does, and let the jobs follow."""
    with acting(by):
        intake.take_back_change(change_id=change.id, by=by)
    settle(change, by)


@pytest.fixture(scope="module")
def persons(crowded: SmallCounty, as_job: Callable[..., Any]) -> tuple[list[int], list[int]]:
    """Give the persons with a valid number and those without, in a fixed order."""
    with as_job(), connection.cursor() as cursor:
        cursor.execute("SELECT person_id, id_index IS NOT NULL FROM people_identity ORDER BY name, born_on, person_id")
        rows = cursor.fetchall()
    return [p for p, has in rows if has], [p for p, has in rows if not has]


def differences(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return of each table that changed the rows that went and those that came."""
    return {
        table: (
            [row for row in rows if row not in after[table]][:3],
            [row for row in after[table] if row not in rows][:3],
        )
        for table, rows in before.items()
        if rows != after[table]
    }


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_merging_and_taking_back_in_any_order_leaves_every_table_as_it_was(seed, persons, as_job, job_login):
    chance = random.Random(SEED + seed)
    with_number, without = persons
    # One of them may bear a number, so that every merge among them is allowed; chains come by themselves.
    group = [chance.choice(with_number), *chance.sample(without, 3)]
    with job_login() as by:
        with as_job():
            before = every_table()
        done = []
        for _ in range(3):
            first, second = chance.sample(group, 2)
            with as_job():
                is_one = merges.current(first) == merges.current(second)
            if not is_one:
                done.append(merge(first, second, by))
        with as_job():
            assert every_table() != before  # guards the line below
        for change in chance.sample(done, len(done)):
            unmerge(change, by)
        with as_job():
            assert differences(before, every_table()) == {}


# ---- one person, two ids ----


@pytest.fixture
def pair(persons: tuple[list[int], list[int]], as_job: Callable[..., Any]) -> tuple[int, int]:
    """Give an older person with deliveries, and a younger one without a number who has some, too."""
    with as_job(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM people_identity JOIN delivery_delivery USING (person_id) WHERE person_id = ANY(%s)"
            " GROUP BY person_id ORDER BY person_id LIMIT 1",
            [persons[0]],
        )
        older = cursor.fetchone()[0]
        cursor.execute(
            "SELECT d.person_id FROM delivery_delivery d JOIN people_person p ON p.id = d.person_id"
            " WHERE d.person_id = ANY(%s) AND p.survivor_id IS NULL GROUP BY d.person_id"
            " ORDER BY count(*) DESC, d.person_id LIMIT 1",
            [persons[1]],
        )
        return older, cursor.fetchone()[0]


@pytest.fixture
def merged(pair: tuple[int, int], job_login: Callable[..., Any]) -> Iterator[Any]:
    """Merge the pair, and take it back after the test."""
    with job_login() as by:
        change = merge(pair[1], pair[0], by)
    yield change
    with job_login() as by:
        unmerge(change, by)


def given_to(person: int) -> set[int]:
    """Return the records of the deliveries that a person's page shows."""
    return {one.record_id for one in delivery.deliveries_of(person)}


def test_the_older_id_survives_whichever_is_named_first(pair, merged):
    assert (merged.person_id, merged.other_id) == pair


def test_deliveries_keep_the_id_written_then_and_are_read_through_the_survivor(pair, as_job, job_login):
    with as_job():
        before = given_to(pair[0]), given_to(pair[1])
    with job_login() as by:
        change = merge(*pair, by)
        with as_job(), connection.cursor() as cursor:
            assert given_to(pair[0]) == before[0] | before[1]
            cursor.execute("SELECT record_id FROM delivery_delivery WHERE person_id = %s", [pair[1]])
            assert {row[0] for row in cursor.fetchall()} == before[1]
            assert before[1]  # guards the lines above
            link = frozen.connect("256MB")
            frozen.open_person(link, pair[0], by)
            counted = link.execute("SELECT count(*) FROM delivery").fetchone()
            assert counted is not None
            assert counted[0] == len(before[0] | before[1])
        unmerge(change, by)
    with as_job():
        assert (given_to(pair[0]), given_to(pair[1])) == before


def test_an_old_id_leads_to_the_survivor(pair, merged):
    office = signed_in("office")
    answer = office.get(f"/people/{ids.show(pair[1])}/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/people/{ids.show(pair[0])}/"
    assert office.get(answer["Location"]).status_code == 200


def test_an_old_id_finds_the_survivor_in_a_search(pair, merged, as_job):
    with as_job():
        assert [one.person_id for one in search.search(ids.show(pair[1]), AS_OF).people] == [pair[0]]
        assert profiles.current_id(pair[1]) == pair[0]


def known_on(person: int, day: date) -> list[Any]:
    """Return what the register knew of a person at the end of a day."""
    return sorted(history.statements_known_on(person, day), key=lambda one: one.record_id)


def test_what_was_known_on_an_earlier_day_is_as_it_was_before_the_merge(pair, as_job, job_login, monkeypatch):
    with as_job():
        before = {person: known_on(person, AS_OF) for person in pair}
    monkeypatch.setenv("TONGDENG_TODAY", (AS_OF + timedelta(days=3)).isoformat())
    with job_login() as by:
        change = merge(*pair, by)
        with as_job():
            for person in pair:
                assert known_on(person, AS_OF) == before[person]
            later = AS_OF + timedelta(days=3)
            assert len(known_on(pair[0], later)) == sum(len(one) for one in before.values())
            assert known_on(pair[1], later) == []
        unmerge(change, by)


def test_two_different_valid_numbers_are_never_merged(persons, as_job):
    with as_job() as by, pytest.raises(UnusableInput) as refused:
        people.merge_persons(survivor_id=persons[0][0], merged_id=persons[0][1], weights={}, by=by)
    assert refused.value.code == "people.merge.two_numbers"
    assert "更正" in refused.value.remedy.zh


def test_who_is_merged_into_a_merged_person_points_to_the_living_one_in_one_step(persons, as_job, job_login):
    first, second, third = persons[1][:3]
    with job_login() as by:
        done = [merge(first, second, by)]
        with as_job():
            merged = next(one for one in (first, second) if merges.current(one) != one)
        done.append(merge(merged, third, by))
        with as_job(), connection.cursor() as cursor:
            cursor.execute("SELECT survivor_id FROM people_person WHERE survivor_id IS NOT NULL")
            assert len(set(cursor.fetchall())) == 1
            assert len({merges.current(one) for one in (first, second, third)}) == 1
        for change in reversed(done):
            unmerge(change, by)


def test_a_merge_is_taken_back_once(merged, as_job):
    with as_job() as by, transaction.atomic():
        people.unmerge(merge_id=merged.id, by=by)
        with pytest.raises(UnusableInput) as refused:
            people.unmerge(merge_id=merged.id, by=by)
        transaction.set_rollback(True)
    assert refused.value.code == "people.merge.taken_back"


def test_what_was_made_after_a_merge_stays_with_the_survivor_and_is_listed(pair, merged, as_job, job_login):
    entry = Entry(pair[0], "", "JUS-04", AS_OF, Outcome.SERVED, "上门")
    with as_job() as by:
        entry = replace(entry, territory=registry.territories([pair[0]])[pair[0]])
        record = record_delivery(entry=entry, by=by)
        assert [one.record_id for one in merges.made_since(merged)] == [record]
        with transaction.atomic():
            intake.take_back_change(change_id=merged.id, by=by)
            assert record in given_to(pair[0])
            assert [one.record_id for one in merges.made_since(merged)] == [record]
            transaction.set_rollback(True)


# ---- parting ----


def test_a_split_takes_what_hangs_on_the_records_along(pair, as_job, job_login):
    with as_job() as by:
        mine = given_to(pair[0])
        own, parted = set(links_of(pair[0])), sorted(mine)[:1]
        change = intake.part_records(person_id=pair[0], records=parted, by=by)
    with job_login() as by:
        settle(change, by)
        with as_job():
            assert given_to(change.other_id) == set(parted)
            assert given_to(pair[0]) == mine - set(parted)
            assert set(links_of(pair[0])) == own - set(parted)
        with acting(by):
            intake.take_back_change(change_id=change.id, by=by)
        settle(change, by)
    with as_job():
        assert given_to(pair[0]) == mine
        assert set(links_of(pair[0])) == own
        assert merges.current(change.other_id) == pair[0]


def test_records_can_go_back_to_who_was_merged(pair, merged, as_job):
    with as_job() as by, transaction.atomic():
        theirs = list(merged.records)
        change = intake.part_records(person_id=pair[0], records=theirs[:1], into=pair[1], by=by)
        assert merges.current(pair[1]) == pair[1]
        assert links_of(pair[1]) == theirs[:1]
        # What else was theirs stays with the survivor, and so does what hangs on it.
        assert given_to(pair[1]) <= set(theirs[:1])
        assert change.other_id == pair[1]
        transaction.set_rollback(True)


@pytest.mark.parametrize(("which", "code"), [("none", "not_theirs"), ("all", "nothing_left"), ("others", "not_theirs")])
def test_a_split_of_nothing_everything_or_somebody_elses_is_refused(which, code, pair, as_job):
    with as_job() as by:
        chosen = {"none": [], "all": links_of(pair[0]), "others": links_of(pair[1])}[which]
        with pytest.raises(UnusableInput) as refused:
            people.split_person(person_id=pair[0], records=chosen, by=by)
    assert refused.value.code == f"people.split.{code}"


def links_of(person: int) -> list[int]:
    """Return the records linked to a person now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_id FROM people_link WHERE person_id = %s AND superseded_at IS NULL", [person])
        return sorted(row[0] for row in cursor.fetchall())
