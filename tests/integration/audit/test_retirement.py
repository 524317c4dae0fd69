"""Old entries go when their time has come, by the maintenance role alone, and the chain tells that they went."""

from datetime import timedelta

import pytest

from tests.databases import logged_in_as, owner_here
from tongdeng.audit import actions as audit
from tongdeng.audit.types import command
from tongdeng.kernel import clock
from tongdeng.kernel.errors import UnusableInput

pytestmark = pytest.mark.usefixtures("database")
BY = command("retention")


def seal():
    with logged_in_as("job"):
        return audit.seal_entries()


def check():
    with logged_in_as("job"):
        return audit.verify_chain(by=BY)


def ids():
    with owner_here() as owner:
        return [row[0] for row in owner.execute("SELECT id FROM audit_entry ORDER BY id").fetchall()]


@pytest.fixture(scope="module")
def old(database):
    """Two seals of years ago and one of today; returns how many entries are old."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGDENG_TODAY", "2021-03-01")
        seal()
        for _ in range(5):
            audit.record("people.person.viewed", by=BY)
        seal()
    count = len(ids())
    audit.record("people.person.viewed", by=BY)
    seal()
    return count


def test_nothing_younger_than_three_years_is_retired(old):
    with logged_in_as("job"), pytest.raises(UnusableInput, match="3 years"):
        audit.retire_entries(before=clock.now() - timedelta(days=300), reason="space", by=BY)


def test_old_entries_are_retired_and_the_chain_says_so(old):
    before = ids()
    with logged_in_as("job"):
        gone = audit.retire_entries(before=clock.now() - timedelta(days=4 * 365), reason="passed its time", by=BY)
    assert gone == old
    assert ids()[0] == before[old]
    seal()
    found = check()
    assert found.is_ok
    assert found.retired == 2
    with owner_here() as owner:
        told = owner.execute("SELECT detail FROM audit_entry WHERE code = 'audit.entries.retired'").fetchall()
    assert told == [({"first": before[0], "last": before[old - 1], "entries": old, "login": "tongdeng_owner"},)]


def test_a_younger_entry_removed_by_the_same_role_is_told_and_found_all_the_same(old):
    first = ids()[0]
    with owner_here() as owner, owner.transaction():
        owner.execute("SET LOCAL ROLE tongdeng_maintenance")
        owner.execute("DELETE FROM audit_entry WHERE id = %s", [first])
    seal()
    found = check()
    assert (found.first.kind, found.first.entry) == ("removed", first)
    with owner_here() as owner:
        told = owner.execute("SELECT count(*) FROM audit_entry WHERE code = 'audit.entries.retired'").fetchone()
    assert told == (2,)


def test_without_the_chains_own_word_the_old_ones_would_be_missed(old):
    with owner_here() as owner:
        owner.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        owner.execute("DELETE FROM audit_entry WHERE code = 'audit.entries.retired'")
        owner.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
        lowest = owner.execute("SELECT lower(ids::int8multirange) FROM audit_seal WHERE number = 1").fetchone()[0]
    assert (check().first.kind, check().first.entry) == ("removed", lowest)
