"""One person's answers: equal to what was determined for everyone, and honest about what a post may not see."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import duckdb
import pytest
from django.db import connection

from tests.databases import SmallCounty
from tests.posts import EAST
from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel import ids
from tongdeng.kernel.errors import UnusableInput
from tongdeng.owed import selectors as owed
from tongdeng.owed.types import Status
from tongdeng.owed.windows import kind_of
from tongdeng.rules.model import Verdict
from tongdeng.snapshots.models import Snapshot

EVERYTHING = "BCDE"
SAMPLE = 25


def rows(query: str, *values: object) -> list[tuple[object, ...]]:
    """Return what the default connection sees."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


@pytest.fixture(scope="module")
def determined(determined_county: SmallCounty, as_job: Callable[..., object]) -> dict[int, dict[str, str]]:
    """The status of each service for some people, as the run over everyone determined it."""
    with as_job("serve"):
        snapshot = Snapshot.objects.latest("pk")
        persons = dict(rows("SELECT n, person_id FROM snapshots_number WHERE snapshot_id = %s", snapshot.pk))
    answer, standing = (Path(snapshot.folder) / f"{name}.parquet" for name in ("answer", "standing"))
    answers = duckdb.sql(f"FROM read_parquet('{answer}', hive_partitioning = false) WHERE n <= {SAMPLE} ORDER BY n")
    events = {one.code for one, v in catalogue.open_law().in_force_on(determined_county.as_of) if kind_of(v) == "event"}
    found: dict[int, dict[str, str]] = {}
    for n, *row in answers.fetchall():
        # Whoever has no window stands as the answer says.
        said = {True: "", False: "not_entitled", None: "unknown"}
        found[persons[n]] = {
            service: said[one] or ("available" if service in events else "not_due")
            for service, one in zip(answers.columns[1:], row, strict=True)
        }
    for n, service, status in duckdb.sql(f"SELECT n, service, status FROM '{standing}' WHERE n <= {SAMPLE}").fetchall():
        found[persons[n]][service] = status
    return found


def test_a_person_stands_as_the_run_over_everyone_determined(
    determined: dict[int, dict[str, str]], determined_county: SmallCounty, as_job: Callable[..., object]
) -> None:
    law, day = catalogue.open_law(), determined_county.as_of
    with as_job("serve"):
        for person, expected in determined.items():
            facts = owed.known_now(person, EVERYTHING).on([day])
            lines: dict[str, set[str]] = {}
            for one in owed.standings(person, law, facts[day], EVERYTHING, day):
                lines.setdefault(one.code, set()).add(str(one.status))
            for service, status in expected.items():
                assert status in lines[service], (ids.show(person), service)
                # The one line beside the first that fits: a window still open.
                assert lines[service] - {status} <= {Status.OWED}, (ids.show(person), service)


def test_what_a_post_may_not_see_is_unknown_and_not_absent(
    determined_county: SmallCounty, as_job: Callable[..., object], acting_as: Callable[..., object]
) -> None:
    day = determined_county.as_of
    with as_job("serve"):
        person = int(str(rows("SELECT person_id FROM people_job WHERE ends_on IS NULL AND territory = %s", EAST)[0][0]))
    with acting_as("worker", EAST):
        seen = owed.known_now(person, "BCD").on([day])[day]
        assert seen["employment_status"] is not None
    with acting_as("police"):
        kept_back = owed.known_now(person, "B").on([day])[day]
        assert kept_back["employment_status"] is None
        # The roll is fresh, so a person without a row would be known to have no pension: false. This is not that.
        assert kept_back["pension_enrolled"] is None
        assert kept_back["residence_months"] == seen["residence_months"]


def test_an_answer_that_hangs_on_what_a_post_may_not_see_is_no_answer(
    determined: dict[int, dict[str, str]], determined_county: SmallCounty, acting_as: Callable[..., object]
) -> None:
    law, day = catalogue.open_law(), determined_county.as_of
    with acting_as("police"):
        for person, expected in list(determined.items())[:10]:
            facts = owed.known_now(person, "B").on([day])
            for one in owed.standings(person, law, facts[day], "B", day):
                assert one.status in (None, expected[one.code], Status.OWED), (ids.show(person), one.code)


def test_what_waits_for_a_request_is_on_no_list_of_unknowns(
    determined: dict[int, dict[str, str]], determined_county: SmallCounty, as_job: Callable[..., object]
) -> None:
    """Nobody goes from door to door asking who has a dispute; whoever applies is asked then."""
    law, day = catalogue.open_law(), determined_county.as_of
    with as_job("serve"):
        listed = {str(service) for (service,) in rows("SELECT DISTINCT service FROM owed_unknown")}
    waiting = {service.code for service, version in law.in_force_on(day) if kind_of(version) == "event"}
    unknown = {code for found in determined.values() for code, status in found.items() if status == Status.UNKNOWN}
    assert unknown & waiting
    assert listed
    assert not listed & waiting


def test_health_is_neither_answered_nor_known_outside_care(determined: dict[int, dict[str, str]]) -> None:
    law = catalogue.open_law()
    answered = {code for found in determined.values() for code in found}
    assert {code for code in answered if code.startswith("HEA")} == {"HEA-02"}
    assert {fact.domain for fact in law.facts.values()} <= set("ABCDE")


def test_time_alone_meets_a_condition_from_the_day_it_says(
    determined_county: SmallCounty, as_job: Callable[..., object]
) -> None:
    law, day = catalogue.open_law(), determined_county.as_of
    with as_job("serve"):
        newcomer = rows(
            "SELECT person_id, max(starts_on) FROM people_stay JOIN people_identity i USING (person_id)"
            " WHERE source = 'police' GROUP BY person_id, i.name, i.born_on"
            " HAVING min(starts_on) BETWEEN %s AND %s AND bool_and(ends_on IS NULL) ORDER BY i.name, i.born_on LIMIT 1",
            day - timedelta(days=120),
            day - timedelta(days=40),
        )
        person, arrived = int(str(newcomer[0][0])), newcomer[0][1]
        known = owed.known_now(person, EVERYTHING)
        facts = known.on(owed.days_before(day))
        explanation = owed.explain(law, "PSB-02", day, facts[day])
        first = known.ahead(explanation).met_from["half_a_year_here"]
        facts |= known.on([first, first - timedelta(days=1)])
    assert isinstance(arrived, date)
    assert facts[first]["residence_months"] == 6
    assert facts[first - timedelta(days=1)]["residence_months"] == 5
    earlier = owed.earlier_answers(law, "PSB-02", day, facts)
    assert all(one.explanation.answer.answer is not explanation.answer.answer for one in earlier[:1])


def test_known_today_is_what_the_caches_say(
    determined: dict[int, dict[str, str]], determined_county: SmallCounty, as_job: Callable[..., object]
) -> None:
    day = determined_county.as_of
    with as_job("serve"):
        for person in list(determined)[:10]:
            now = owed.known_now(person, EVERYTHING).on([day])
            assert owed.known_then(person, day, EVERYTHING).on([day]) == now


def test_before_the_first_roll_nothing_was_known(
    determined: dict[int, dict[str, str]], determined_county: SmallCounty, as_job: Callable[..., object]
) -> None:
    day = determined_county.as_of
    with as_job("serve"), pytest.raises(UnusableInput, match="not_known_then"):
        owed.known_then(next(iter(determined)), day - timedelta(days=1), EVERYTHING)


def test_the_command_explains(
    determined: dict[int, dict[str, str]],
    determined_county: SmallCounty,
    tongdeng: Callable[..., CompletedProcess[str]],
) -> None:
    person = ids.show(next(iter(determined)))
    done = tongdeng("explain", "--person", person, "--service", "PSB-02", "--as-of", determined_county.as_of, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"answer", "conditions", "would_change", "basis"} <= found.keys()
    assert found["answer"] in set(Verdict)
    assert found["person"] == person


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--person", "P-0000-0000-1", "--service", "PSB-02"], "people.person.unknown"),
        (["--person", "nobody", "--service", "PSB-02"], "people.person.unknown"),
        (["--person", "{somebody}", "--service", "PSB-99"], "rules.service.unknown"),
        (["--person", "{somebody}", "--service", "CIV-07", "--as-of", "2020-01-01"], "owed.service.not_in_force"),
        (["--person", "{somebody}", "--service", "PSB-02", "--as-of", "soon"], "cli.date.unreadable"),
        (["--person", "{somebody}", "--service", "PSB-02", "--known-on", "2020-01-01"], "owed.person.not_known_then"),
    ],
)
def test_the_command_says_what_it_cannot_use(
    words: list[str],
    code: str,
    determined: dict[int, dict[str, str]],
    tongdeng: Callable[..., CompletedProcess[str]],
) -> None:
    somebody = ids.show(next(iter(determined)))
    done = tongdeng("explain", *(word.format(somebody=somebody) for word in words), "--json")
    assert done.returncode == 2, done.stderr
    assert json.loads(done.stdout)["code"] == code
