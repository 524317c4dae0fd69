"""One person's facts on a warm connection are the facts of the run over everyone, and nobody else's."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

import duckdb
import pytest
from django.db import connection, connections

from tests.databases import SmallCounty
from tests.posts import EAST, WEST
from tongdeng.access.selectors import signed
from tongdeng.catalogue import selectors as catalogue
from tongdeng.owed import selectors as owed
from tongdeng.owed.plain import teller
from tongdeng.rules.engines.memory import answer, evaluate
from tongdeng.rules.model import Verdict
from tongdeng.snapshots import extract, one, writer
from tongdeng.snapshots import selectors as frozen
from tongdeng.snapshots.models import Snapshot

EVERYTHING = "BCDE"
Facts = dict[str, Any]


def people(query: str, *values: object) -> list[int]:
    """Return the persons a query finds on the default connection."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [int(row[0]) for row in cursor.fetchall()]


@pytest.fixture
def fresh() -> Iterator[None]:
    """Begin and end without a warm connection."""
    one._idle.clear()
    yield
    one._idle.clear()


def test_everyone_taken_one_by_one_has_the_facts_of_the_run_over_all(
    determined_county: SmallCounty, as_job: Callable[..., Any]
) -> None:
    day = determined_county.as_of
    days = [day - timedelta(days=300), day - timedelta(days=31), day, day + timedelta(days=200)]
    link = frozen.connect("512MB")
    with as_job("serve"):
        snapshot = Snapshot.objects.latest("pk")
        numbers = people("SELECT person_id FROM snapshots_number WHERE snapshot_id = %s ORDER BY n", snapshot.pk)
        frozen.open_snapshot(link, snapshot)
        frozen.compute_facts(link, days, "990101")
        whole: dict[int, dict[date, Facts]] = {}
        for row in frozen.rows(link, "SELECT * FROM facts"):
            whole.setdefault(row.pop("n"), {})[row["day"]] = row
        assert len(whole) == len(numbers) > 250
        for n, person in enumerate(numbers, 1):
            single = {row["day"]: row for row in frozen.facts_on(frozen.rows_of(person), days, "990101")}
            for row in single.values():
                assert row.pop("n") == person
            assert single == whole[n]


def test_the_empty_tables_have_the_columns_that_postgresql_sends(
    determined_county: SmallCounty, as_job: Callable[..., Any]
) -> None:
    link = duckdb.connect()
    with as_job("serve") as by:
        person = people("SELECT person_id FROM people_identity ORDER BY name, born_on LIMIT 1")[0]
        queries = {table: extract.TABLES[table].format(numbers=extract.only(person)) for table in one.COLUMNS}
        for table, arrow in writer.read_tables(queries, signed(by)).items():
            link.register("sent", arrow)
            sent = [(row[0], row[1]) for row in link.execute("DESCRIBE sent").fetchall()]
            link.execute(f"CREATE OR REPLACE TABLE made ({one.COLUMNS[table]})")
            made = [(row[0], row[1]) for row in link.execute("DESCRIBE made").fetchall()]
            assert made == sent, table


def test_nothing_of_a_person_stays_on_a_warm_connection(
    determined_county: SmallCounty, as_job: Callable[..., Any], fresh: None
) -> None:
    with as_job("serve"):
        first = "SELECT person_id FROM people_job JOIN people_identity i USING (person_id) ORDER BY i.name LIMIT 1"
        person = people(first)[0]
        assert owed.known_now(person, EVERYTHING).on([determined_county.as_of])
    [warm] = one._idle
    for table in (*one.COLUMNS, "setting", "evaluated", *(step.table for step in one.plan().steps)):
        assert warm.link.execute(f"SELECT count(*) FROM {table}").fetchall() == [(0,)], table


def test_a_connection_that_failed_is_not_lent_again(
    determined_county: SmallCounty, as_job: Callable[..., Any], fresh: None
) -> None:
    day = determined_county.as_of
    with pytest.raises(ValueError, match="no day"):
        frozen.facts_on({"person": [{"n": 1, "born_on": "no day"}]}, [day], "990101")
    assert one._idle == []
    assert frozen.facts_on({"person": [{"n": 1, "born_on": "2000-01-31"}]}, [day], "990101")[0]["age_years"] == 26


def race(
    acting_as: Callable[..., Any], persons: dict[str, int], expected: dict[str, Facts], day: date, rounds: int = 3
) -> list[object]:
    """Let two posts read their own person and the other's at once; returns what went wrong."""
    wrong: list[object] = []

    def read(place: str) -> None:
        other = next(code for code in persons if code != place)
        try:
            for _ in range(rounds):
                with acting_as("worker", place):
                    if owed.known_now(persons[place], EVERYTHING).on([day]) != {day: expected[place]}:
                        wrong.append(place)
                    if owed.known_now(persons[other], EVERYTHING).on([day]):
                        wrong.append(f"{place} sees the other's")
        except sqlite3.Error as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=read, args=(place,)) for place in persons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.fixture
def both_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let neither of two readers read before both hold their person's rows, nor let go before both have read."""
    holding, together = one.Warm.holding, threading.Barrier(2, timeout=60)

    def meet() -> None:
        # A reader who failed comes no more; what went wrong is told already.
        with suppress(threading.BrokenBarrierError):
            together.wait()

    @contextmanager
    def held(self: one.Warm, *asked: Any) -> Iterator[Any]:
        with holding(self, *asked) as link:
            meet()
            yield link
            meet()

    monkeypatch.setattr(one.Warm, "holding", held)


@pytest.fixture(scope="module")
def two_places(
    determined_county: SmallCounty, as_job: Callable[..., Any], acting_as: Callable[..., Any]
) -> tuple[dict[str, int], dict[str, Facts]]:
    """One person each of two communities, and what their own worker knows of them."""
    persons, expected = {}, {}
    for place in (EAST, WEST):
        with as_job("serve"):
            first = "SELECT person_id FROM people_identity WHERE territory = %s ORDER BY name, born_on LIMIT 1"
            persons[place] = people(first, place)[0]
        with acting_as("worker", place):
            known = owed.known_now(persons[place], EVERYTHING)
            expected[place] = known.on([determined_county.as_of])[determined_county.as_of]
    assert expected[EAST] != expected[WEST]
    return persons, expected


def test_two_posts_at_once_each_read_their_own(
    two_places: Any, determined_county: SmallCounty, acting_as: Callable[..., Any], both_at_once: None
) -> None:
    persons, expected = two_places
    assert race(acting_as, persons, expected, determined_county.as_of) == []


class Rows(list[Any]):
    """What a query found."""

    def fetchall(self) -> list[Any]:
        """Return all of it."""
        return self


class Joined:
    """A connection that lets a second reader into the transaction of the first, as one that nobody lends would."""

    def __init__(self, link: sqlite3.Connection) -> None:
        """Wrap a connection."""
        self.link, self.guard = link, threading.Lock()

    def execute(self, query: str, *values: Any) -> Any:
        """Run a query to its end; a transaction begins and ends once."""
        with self.guard:
            if query in ("BEGIN", "ROLLBACK") and self.link.in_transaction is (query == "BEGIN"):
                return None
            return Rows(self.link.execute(query, *values).fetchall())

    def executemany(self, query: str, rows: Any) -> Any:
        """Run a query for each row."""
        with self.guard:
            return self.link.executemany(query, rows)


def test_without_lending_two_posts_would_meet_on_one_connection(
    two_places: Any,
    determined_county: SmallCounty,
    acting_as: Callable[..., Any],
    both_at_once: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Guards the test above: should this one stop failing, that one proves nothing.
    persons, expected = two_places
    warm = one._warm_up()
    shared = one.Warm(Joined(warm.link), warm.variables)
    monkeypatch.setattr(one, "_lent", partial(nullcontext, shared))
    # Both hold their rows on it, so that at least one of them is told the other's, or nothing.
    wrong = race(acting_as, persons, expected, determined_county.as_of, rounds=1)
    assert set(persons) & set(map(str, wrong))


class Kept:
    """A connection that keeps what it should roll back."""

    def __init__(self, link: sqlite3.Connection) -> None:
        """Wrap a connection."""
        self.link = link

    def execute(self, query: str, *values: Any) -> Any:
        """Run a query; a rollback becomes a commit."""
        return self.link.execute("COMMIT" if query == "ROLLBACK" else query, *values)

    def executemany(self, query: str, rows: Any) -> Any:
        """Run a query for each row."""
        return self.link.executemany(query, rows)

    def close(self) -> None:
        """Close the connection."""
        self.link.close()


def test_without_the_rollback_the_next_reader_would_read_the_last_ones_person(
    two_places: Any, determined_county: SmallCounty, acting_as: Callable[..., Any], fresh: None
) -> None:
    persons, _ = two_places
    warm = one._warm_up()
    one._idle.append(one.Warm(Kept(warm.link), warm.variables))
    with acting_as("worker", EAST):
        owed.known_now(persons[EAST], EVERYTHING).on([determined_county.as_of])
    with acting_as("worker", WEST):
        rows = frozen.rows_of(persons[WEST])
        assert len(frozen.facts_on(rows, [determined_county.as_of], "990101")) > 1


def test_time_ahead_is_what_each_single_day_says(determined_county: SmallCounty, as_job: Callable[..., Any]) -> None:
    day, law = determined_county.as_of, catalogue.open_law()
    with as_job("serve"):
        for person in people("SELECT person_id FROM people_identity ORDER BY md5(person_id::text) LIMIT 2"):
            known = owed.known_now(person, EVERYTHING)
            coming = known.on(day + timedelta(days=n) for n in range(750))
            for service, version in law.in_force_on(day):
                explanation = owed.explain(law, service.code, day, coming[day])
                days = [one_day for one_day in sorted(coming) if one_day > day and version.covers(one_day)]
                ahead = known.ahead(explanation)
                yes = (d for d in days if answer(version, coming[d], d).answer is Verdict.YES)
                assert ahead.yes_from == (next(yes, None) if explanation.unmet else None), service.code
                for each in explanation.unmet:
                    held = (d for d in days if evaluate(each.condition.tree, coming[d], d) is True)
                    first = next(held, None)
                    if first is None or ahead.yes_from is None or first <= ahead.yes_from:
                        assert ahead.met_from.get(each.condition.name) == first, (service.code, each.condition.name)


def told(known: owed.Known, day: date, newest: dict[str, date]) -> list[dict[str, Any]]:
    """Return every explanation of a day, in every word."""
    facts, teller_now = known.on([day])[day], teller(known, day, newest, has_number=True)
    found = []
    for service, _ in known.law.in_force_on(day):
        explanation = owed.explain(known.law, service.code, day, facts)
        found.append(owed.as_json(explanation, teller_now, known.ahead(explanation)))
    return found


def test_no_word_tells_a_post_what_it_may_not_see(determined_county: SmallCounty, as_job: Callable[..., Any]) -> None:
    """Two registers that differ in hidden rows alone are told of in the same words, whoever kept the rows back."""
    day = determined_county.as_of
    newest = {"police": day}
    with as_job("serve"):
        query = "SELECT person_id FROM people_insurance WHERE pension_type = 'pension_employee' ORDER BY 1 LIMIT 1"
        for person in people(query):
            rows = frozen.rows_of(person)
            bare = {**rows, "job": None, "insurance": None, "schooling": None}
            law = catalogue.open_law()
            full, less = (owed.Known(law, "B", "990101", held) for held in (rows, bare))
            assert told(full, day, newest) == told(less, day, newest)
            # Guards the line above: a post that may see them is told another thing.
            full, less = (owed.Known(law, EVERYTHING, "990101", held) for held in (rows, bare))
            assert told(full, day, newest) != told(less, day, newest)


def test_of_whom_no_roll_but_one_tells_the_facts_are_told_all_the_same(
    determined_county: SmallCounty, as_job: Callable[..., Any]
) -> None:
    day = determined_county.as_of
    with as_job("serve"):
        for person in people("SELECT person_id FROM people_identity LIMIT 3"):
            alone = {"person": frozen.rows_of(person)["person"]}
            [facts] = frozen.facts_on(alone, [day], "990101")
            assert facts["day"] == day
            assert facts["lives_here"] is None
