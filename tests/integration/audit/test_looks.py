"""Who looked at me: the database tells the person, and the desk that answers them, and nobody else."""

from dataclasses import replace

import pytest

from tests.databases import logged_in_as, owner_here
from tests.posts import EAST, staffed
from tongdeng.access.selectors import acting
from tongdeng.access.types import LOOKS
from tongdeng.audit import actions as audit
from tongdeng.audit import acts, selectors
from tongdeng.audit.types import Arrival, arriving, job
from tongdeng.care import emergency
from tongdeng.people.actions import reveal

pytestmark = pytest.mark.usefixtures("database")
ME, OTHER, ASKED = 11112222, 33334444, 55556666


@pytest.fixture(scope="module")
def looked_at(database):
    worker = staffed("worker", EAST)
    with arriving(Arrival("192.0.2.7", "r-1")):
        audit.record("people.person.viewed", by=worker, subjects=[ME])
        for _ in range(3):
            audit.record("owed.list.viewed", by=worker, subjects=[ME, OTHER])
    audit.record("people.person.viewed", by=worker, subjects=[OTHER])
    with logged_in_as("job"):
        audit.record("people.persons.settled", by=job("intake"), subjects=[ME])
    return worker


def at_the_desk():
    return acting(replace(staffed("office"), purpose=LOOKS))


def test_the_desk_reads_who_looked_newest_first_and_lists_once_a_day(looked_at):
    with at_the_desk():
        looks = selectors.looks_at(ME)
    assert [(look.act.code, look.times) for look in looks] == [
        ("people.persons.settled", 1), ("owed.list.viewed", 3), ("people.person.viewed", 1),
    ]  # fmt: skip
    assert looks[0].post is None
    assert looks[0].origin == "job"
    assert looks[2].post_id == looked_at.post_id
    assert looks[2].post.en == "Post"
    assert looks[2].unit.zh
    assert looks[2].purpose_text.en == "providing public services"


def test_pages_follow_on_each_other(looked_at):
    with at_the_desk():
        whole = selectors.looks_at(ME)
        first = selectors.looks_at(ME, size=2)
        assert first == whole[:2]
        assert selectors.looks_at(ME, before=first[-1].id, size=2) == whole[2:]


def test_nobody_else_is_told(looked_at):
    assert selectors.looks_at(ME) == []  # no context
    for by in (looked_at, staffed("office"), replace(looked_at, purpose=LOOKS), staffed("auditor")):
        with acting(by):
            assert selectors.looks_at(ME) == []
    with logged_in_as("job"), acting(job("looks")):
        assert selectors.looks_at(ME) == []
    # The person of a context counts for the person alone, not beside a post.
    with acting(staffed("office"), person=ME):
        assert selectors.looks_at(ME) == []
    # Guards the lines above: there is something to be told.
    with at_the_desk():
        assert selectors.looks_at(ME)


def test_a_person_reads_about_themselves_only(looked_at):
    with logged_in_as("job"), acting(job("serve"), person=ME):
        assert {look.act.code for look in selectors.looks_at(ME)} >= {"people.person.viewed"}
        assert selectors.looks_at(OTHER) == []


def test_an_entry_says_from_where_it_came(looked_at):
    with owner_here() as owner:
        seen = owner.execute(
            "SELECT DISTINCT address, request, origin FROM audit_entry WHERE subjects @> %s::bigint[]", [[ME]]
        )
        assert set(seen.fetchall()) == {("192.0.2.7", "r-1", "web"), ("", "", "job")}


def test_the_index_finds_a_persons_entries():
    with owner_here() as owner:
        owner.execute("SET enable_seqscan = off")
        plan = owner.execute("EXPLAIN SELECT * FROM audit_entry WHERE subjects @> %s::bigint[]", [[ME]]).fetchall()
    assert any("audit_entry_subjects" in line for (line,) in plan)


def test_the_person_reads_the_reason_where_the_act_asks_for_one_of_a_list(looked_at):
    given = {"people.numbers.revealed": "contact", "people.person.viewed": "contact", "care.emergency.opened": "x"}
    for code, reason in given.items():
        audit.record(code, by=looked_at, subjects=[ASKED], detail={"reason": reason})
    with at_the_desk():
        said = {look.act.code: look.reason for look in selectors.looks_at(ASKED)}
    assert said.pop("people.numbers.revealed") == selectors.reasons_of("people.numbers.revealed")["contact"]
    assert set(said.values()) == {None}  # no list, or none of it: what was written there is not told


def test_every_reason_that_can_be_given_has_words():
    assert tuple(acts.reasons()["care.emergency.opened"]) == emergency.REASONS
    assert tuple(acts.reasons()["people.numbers.revealed"]) == reveal.REASONS


def test_every_act_has_words_in_both_languages():
    assert set(acts.KINDS) >= {act.kind for act in acts.known().values()}
    for act in acts.known().values():
        assert act.text.zh
        assert act.text.en
        assert act.text.zh != act.text.en
