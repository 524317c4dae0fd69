"""Somebody at /my/ reads the rows about themselves and about a child they speak for; nothing of anybody else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, transaction

from tests.access.conftest import LAW, PERSONAL, rows_of
from tests.databases import logged_in_as, owner_here
from tests.posts import COUNTY, WEST, staffed
from tests.residents import Resident, residents
from tongdeng.access import context
from tongdeng.access.selectors import acting
from tongdeng.access.types import PRIVACY, RESIDENT, RESIDENT_SIGN_IN, SERVE
from tongdeng.audit.types import Actor, job
from tongdeng.people.exports import records
from tongdeng.privacy import selectors as privacy

pytestmark = pytest.mark.usefixtures("full_county", "open_doubt")
READS = LAW.resident.reads
NAMED = sorted(table for table, column in READS.items() if column == "person_id")


@pytest.fixture(scope="module")
def people(full_county) -> list[Resident]:
    return residents()


@pytest.fixture(scope="module")
def parent(people) -> Resident:
    assert people[0].child
    return people[0]


@contextmanager
def as_resident(person: int) -> Iterator[Actor]:
    with acting(Actor(RESIDENT, origin="portal"), person=person) as by:
        yield by


def persons_in(table: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT person_id FROM {table}")
        return {row[0] for row in cursor.fetchall()}


def all_persons_in(table: str) -> set[int]:
    with logged_in_as("job"), acting(job(PRIVACY)):
        return persons_in(table)


@pytest.mark.parametrize("table", NAMED)
def test_own_rows_and_the_childs_are_read_and_no_others(parent, table):
    wanted = {parent.person_id, parent.child} & all_persons_in(table)
    with as_resident(parent.person_id):
        assert persons_in(table) == wanted


@pytest.mark.parametrize("table", ["people_identity", "people_schooling", "people_record", "owed_window"])
def test_without_row_security_others_would_be_read(parent, table, without_guard):
    # Guards the test above: there is more in the table.
    everything = len_of(table)
    with as_resident(parent.person_id):
        assert rows_of(table) < everything
    with without_guard(table), as_resident(parent.person_id):
        assert rows_of(table) == everything


def len_of(table: str) -> int:
    with logged_in_as("job"), acting(job(PRIVACY)):
        return rows_of(table)


@pytest.mark.parametrize("table", [table for table in PERSONAL if table not in READS])
def test_no_other_table_shows_a_row(parent, table):
    with as_resident(parent.person_id):
        assert rows_of(table) == 0


def test_records_are_those_that_are_linked_now(parent):
    everything = len_of("people_record")
    with as_resident(parent.person_id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_record WHERE id NOT IN (SELECT record_id FROM people_link)")
        assert cursor.fetchone() == (0,)
        assert 0 < rows_of("people_record") < everything


def test_a_record_that_a_split_gave_to_somebody_else_is_read_no_more(parent):
    with as_resident(parent.person_id), connection.cursor() as cursor:
        cursor.execute("SELECT record_id FROM people_link WHERE person_id = %s", [parent.person_id])
        record = cursor.fetchone()[0]
    seen = "SELECT count(*) FROM people_record WHERE id = %s"
    end = "UPDATE people_link SET superseded_at = {} WHERE record_id = %s AND person_id = %s"
    counts = []
    for at in ("now()", "NULL"):
        with logged_in_as("job"), acting(job(PRIVACY)), connection.cursor() as cursor:
            cursor.execute(end.format(at), [record, parent.person_id])
        with as_resident(parent.person_id), connection.cursor() as cursor:
            cursor.execute(seen, [record])
            counts.append(cursor.fetchone()[0])
    assert counts == [0, 1]


def test_whom_a_parent_speaks_for_is_found_by_the_database(parent):
    with as_resident(parent.person_id):
        assert {(one.person_id, one.is_self) for one in privacy.own_persons()} == {
            (parent.person_id, True), (parent.child, False),
        }  # fmt: skip


def test_a_child_speaks_for_nobody_but_itself(parent):
    with as_resident(parent.child or 0):
        assert [one.person_id for one in privacy.own_persons()] == [parent.child]


# By the server's own clock, which no test sets; two days, for midnight may come between.
FOURTEEN = "SELECT ((now() AT TIME ZONE 'Asia/Shanghai')::date - interval '14 years')::date"


@pytest.mark.parametrize(("younger", "is_seen"), [(0, False), (2, True)])
def test_at_fourteen_the_parent_reads_no_more(parent, younger, is_seen):
    change = "UPDATE people_identity SET born_on = %s WHERE person_id = %s"
    with logged_in_as("job"), acting(job(PRIVACY)), connection.cursor() as cursor:
        cursor.execute("SELECT born_on FROM people_identity WHERE person_id = %s", [parent.child])
        before = cursor.fetchone()[0]
        cursor.execute(FOURTEEN)
        cursor.execute(change, [cursor.fetchone()[0] + timedelta(days=younger), parent.child])
    try:
        with as_resident(parent.person_id):
            assert (parent.child in persons_in("people_schooling")) == is_seen
    finally:
        with logged_in_as("job"), acting(job(PRIVACY)), connection.cursor() as cursor:
            cursor.execute(change, [before, parent.child])


def test_a_former_guardian_reads_no_more(parent):
    change = "UPDATE people_schooling SET guardian_id_index = %s WHERE person_id = %s"
    with logged_in_as("job"), acting(job(PRIVACY)), connection.cursor() as cursor:
        cursor.execute(change, [bytes(32), parent.child])
    try:
        with as_resident(parent.person_id):
            assert parent.child not in persons_in("people_identity")
    finally:
        with logged_in_as("job"), acting(job(PRIVACY)), connection.cursor() as cursor:
            cursor.execute(change, [records.index(records.ID, parent.number), parent.child])


@pytest.mark.parametrize("table", sorted(READS.keys() - set(LAW.resident.changes)))
def test_nothing_is_changed(parent, table):
    with as_resident(parent.person_id), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET territory = territory")
        assert cursor.rowcount == 0


@pytest.mark.parametrize("table", LAW.resident.changes)
def test_what_may_change_goes_on_by_one_step_or_not_at_all(parent, table):
    refused = pytest.raises(DatabaseError, match="applicant")
    with as_resident(parent.person_id), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(f"UPDATE {table} SET territory = territory")


@pytest.mark.parametrize("table", sorted(READS))
def test_nothing_is_removed(parent, table):
    with as_resident(parent.person_id), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
        assert cursor.rowcount == 0


def test_a_row_about_somebody_else_cannot_be_added(people):
    add = (
        "INSERT INTO privacy_consent (person_id, giver_id, territory, purpose, version, act, at)"
        " VALUES (%s, %s, %s, 'messages', '1', 'given', now())"
    )
    me, other = people[0].person_id, people[-1].person_id
    with as_resident(me), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(add, [me, me, people[0].territory])  # guards the line below
        assert cursor.rowcount == 1
        transaction.set_rollback(True)
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, as_resident(me), connection.cursor() as cursor:
        cursor.execute(add, [other, me, people[0].territory])


def text_of(*, key: bytes | None = None, post: int = 0, purpose: str = RESIDENT, person: int, life: int = 600) -> str:
    expiry = int(time.time()) + life
    return context.sign(key or settings.TONGDENG_CONTEXT_KEY, post=post, purpose=purpose, person=person, expiry=expiry)


def seen_under(text: str) -> set[int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [context.SETTING, text])
        return persons_in("people_identity")


def test_a_person_written_into_a_signed_context_by_hand_opens_nobody(people):
    me, other = people[0].person_id, people[-1].person_id
    good = text_of(person=me)
    assert me in seen_under(good)
    assert seen_under(good.replace(f"|{me}|", f"|{other}|")) == set()
    assert seen_under(text_of(person=me, key=bytes(32))) == set()
    assert seen_under(text_of(person=me, life=-1)) == set()
    assert seen_under(text_of(person=0)) == set()


def test_a_person_in_a_posts_context_adds_nothing_to_the_post(parent):
    finance, west = staffed("finance"), staffed("worker", WEST)
    assert seen_under(text_of(person=parent.person_id, purpose=SERVE, post=finance.post_id or 0)) == set()
    plain = seen_under(text_of(person=0, purpose=SERVE, post=west.post_id or 0))
    assert seen_under(text_of(person=parent.person_id, purpose=SERVE, post=west.post_id or 0)) == plain != set()


@pytest.mark.parametrize("kind", ["office", "finance", "resident"])
def test_a_post_that_acts_for_the_purpose_of_residents_sees_nobody(parent, kind):
    post = staffed(kind, COUNTY).post_id or 0
    assert seen_under(text_of(person=parent.person_id, post=post)) == set()


def test_the_demos_post_for_a_resident_sees_nobody_in_its_own_purpose():
    assert seen_under(text_of(person=0, purpose=SERVE, post=staffed("resident", COUNTY).post_id or 0)) == set()


def bearers(purpose: str, person: int, phone: str) -> int:
    with acting(Actor(purpose, origin="portal"), person=person), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM privacy_bearers(%s)", [[records.index(records.PHONE, phone)]])
        return int(cursor.fetchone()[0])


def test_who_has_a_phone_is_told_on_the_way_in_and_never_else(parent):
    assert bearers(RESIDENT_SIGN_IN, 0, parent.phone) >= 1
    assert bearers(RESIDENT, parent.person_id, parent.phone) == 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM privacy_bearers(%s)", [[records.index(records.PHONE, parent.phone)]])
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("table", PERSONAL)
def test_the_way_in_itself_shows_no_row(table):
    with acting(Actor(RESIDENT_SIGN_IN, origin="portal")):
        assert rows_of(table) == 0


def test_whose_acts_they_were_is_told_to_the_breach_desk_alone(parent):
    with owner_here() as owner:
        entry = owner.execute("SELECT max(id) FROM audit_entry WHERE cardinality(subjects) > 0").fetchone()[0]
    told = {}
    for kind in ("office", "worker", "auditor"):
        with acting(staffed(kind, COUNTY)), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM privacy_subjects_of(%s)", [[entry]])
            told[kind] = cursor.fetchone()[0] > 0
    assert told == {"office": True, "worker": False, "auditor": False}


# ---- desks ----


def kinds_seen(kind: str, division: str = COUNTY) -> set[str]:
    with acting(staffed(kind, division)), connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM privacy_request")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.parametrize(
    ("kind", "seen"),
    [("office", {"complain"}), ("police", {"correct"}), ("hrss", set()), ("clerk", set()), ("auditor", set())],
)
def test_a_request_lies_before_its_desk_alone(kind, seen):
    assert kinds_seen(kind) == seen


def test_a_desk_elsewhere_does_not_see_it(parent):
    other = WEST if parent.territory != WEST else "990101001001"
    assert kinds_seen("police", other) == set()


def test_without_row_security_every_desk_would_see_it(without_guard):
    # Guards the tests above.
    with without_guard("privacy_request"):
        assert kinds_seen("clerk") == {"complain", "correct"}
