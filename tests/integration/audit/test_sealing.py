"""Sealing beside writers: late and rolled-back transactions, proofs, retirement."""

import threading
import time

import psycopg
import pytest
from django.conf import settings
from django.db import connections, transaction

from tests.databases import logged_in_as, owner_here
from tongdeng.audit import actions as audit
from tongdeng.audit import proofs, sealing
from tongdeng.audit.types import Actor, command
from tongdeng.kernel.errors import CheckFailed, UnusableInput

pytestmark = pytest.mark.usefixtures("database")
BY = command("serve")
ENTRY = "SELECT audit_append(now(), %s, 'serve', NULL, NULL, 'web', '', '', '{}', '{}')"


def seal():
    with logged_in_as("job"):
        return audit.seal_entries()


def check():
    with logged_in_as("job"):
        return audit.verify_chain(by=BY)


def newest():
    with owner_here() as owner:
        columns = "number, entries, ids, holes"
        return owner.execute(f"SELECT {columns} FROM audit_seal ORDER BY number DESC LIMIT 1").fetchone()


def await_older_transactions():
    """Wait for those of the server's other databases, too: while one is open, its numbers may still arrive."""
    with owner_here() as owner:
        (own,) = owner.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        oldest, deadline = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint", time.monotonic() + 120
        while owner.execute(oldest).fetchone()[0] <= own:
            assert time.monotonic() < deadline, "somebody's transaction does not end"
            time.sleep(0.1)


def writer():
    return psycopg.connect(settings.LOGINS.app)


def test_a_late_entry_goes_into_the_next_seal_and_none_is_missed_or_sealed_twice(database):
    seal()
    with writer() as slow, writer() as lost, writer() as quick:
        slow.execute(ENTRY, ["tests.slow.done"])
        lost.execute(ENTRY, ["tests.lost.done"])
        quick.execute(ENTRY, ["tests.quick.done"])
        quick.commit()
        assert seal() == 1  # neither waits for the slow one nor leaves a place in the chain open for good
        first = newest()
        assert first[3] != "{}"
        slow.commit()
        lost.rollback()
        assert seal() == 1
        late = int(newest()[2].partition("[")[2].partition(",")[0])
        low, high = (int(part) for part in first[3].strip("{[)}").split(","))
        assert low <= late < high  # the number that the first seal had left open
    assert seal() == 0
    found = check()
    assert found.is_ok
    assert (found.sealed, found.unsealed) == (found.entries, 0)


def test_a_number_whose_transaction_ended_is_never_filled_again(database):
    with writer() as lost, writer() as quick:
        lost.execute(ENTRY, ["tests.lost.done"])
        quick.execute(ENTRY, ["tests.quick.done"])
        quick.commit()
        seal()
        lost.rollback()
    await_older_transactions()
    audit.record("tests.more.done", by=BY)
    seal()
    gap = int(newest()[2].partition("[")[2].partition(",")[0]) - 2
    with owner_here() as owner:
        assert owner.execute("SELECT count(*) FROM audit_entry WHERE id = %s", [gap]).fetchone() == (0,)
        owner.execute(
            "INSERT INTO audit_entry (id, at, code, purpose, origin, address, request, subjects, detail)"
            " VALUES (%s, now(), 'tests.false.done', '', '', '', '', '{}', '{}')", [gap],
        )  # fmt: skip
    audit.record("tests.more.done", by=BY)
    assert seal() == 1
    found = check()
    assert (found.first.kind, found.first.entry, found.first.code) == ("inserted", gap, "tests.false.done")
    with owner_here() as owner:
        owner.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        owner.execute("DELETE FROM audit_entry WHERE id = %s", [gap])
        owner.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    assert check().is_ok


def test_sealing_does_not_wait_for_writers_nor_they_for_it(database):
    with writer() as open_one:
        open_one.execute(ENTRY, ["tests.open.done"])
        audit.record("tests.more.done", by=BY)
        with logged_in_as("job"), transaction.atomic():
            assert sealing._seal_some() is not None  # its transaction is still open
            with writer() as other:
                other.execute("SET lock_timeout = '1s'")
                other.execute(ENTRY, ["tests.other.done"])
                other.commit()
    assert seal() >= 2


def test_of_two_that_seal_at_once_one_leaves_it_to_the_other(database):
    audit.record("tests.more.done", by=BY)
    with psycopg.connect(settings.LOGINS.job) as first:
        assert first.execute("SELECT count(*) FROM audit_open()").fetchone() == (1,)
        assert seal() == 0
    assert seal() >= 1


def test_many_writers_and_a_sealer_leave_one_whole_chain(database):
    before = check().entries
    stop = threading.Event()

    def write(number):
        with writer() as connection:
            for at in range(60):
                connection.execute(ENTRY, [f"tests.writer.{number}"])
                if at % 7 == 3:
                    connection.rollback()
                elif at % 3 == 0:
                    connection.commit()
            connection.commit()

    def keep_sealing():
        while not stop.is_set():
            audit.seal_entries()
        connections.close_all()

    with logged_in_as("job"):
        sealer = threading.Thread(target=keep_sealing)
        sealer.start()
        writers = [threading.Thread(target=write, args=[number]) for number in range(6)]
        for one in writers:
            one.start()
        for one in writers:
            one.join()
        stop.set()
        sealer.join()
    seal()
    found = check()
    assert found.is_ok
    assert found.sealed == found.entries > before + 100


def test_an_unsealed_tail_is_reported(database):
    seal()
    audit.record("tests.more.done", by=BY)
    found = check()
    assert found.is_ok
    assert found.unsealed == 1


def test_a_proof_is_checked_alone_and_a_changed_one_fails(database):
    seal()
    for number in range(5):
        audit.record("people.person.viewed", by=Actor("serve", 3, 4, "web"), subjects=[number], detail={"a": "\t\\"})
    seal()
    with owner_here() as owner:
        entry = owner.execute("SELECT max(id) - 2 FROM audit_entry").fetchone()[0]
    with logged_in_as("job"):
        made = audit.make_proof(entry=entry, by=BY)
        public = audit.public_key()
    proven = proofs.check_proof(made, public)
    assert proven.entry["code"] == "people.person.viewed"
    assert proven.entry["subjects"] == "{2}"
    for part, changed in {
        "entry": made["entry"].replace("web", "job"),
        "path": made["path"][1:],
        "signature": made["signature"].replace(made["signature"][3], "A" if made["signature"][3] != "A" else "B"),
        "seal": made["seal"].replace('"tongdeng.audit.seal.1",', '"tongdeng.audit.seal.1",1'),
    }.items():
        with pytest.raises(CheckFailed):
            proofs.check_proof({**made, part: changed}, public)
    with pytest.raises(CheckFailed):
        proofs.check_proof(made, bytes(32))
    with pytest.raises(UnusableInput):
        proofs.check_proof({"format": "x"}, None)


def test_an_unsealed_entry_has_no_proof_yet(database):
    audit.record("tests.more.done", by=BY)
    with owner_here() as owner:
        entry = owner.execute("SELECT max(id) FROM audit_entry").fetchone()[0]
    with logged_in_as("job"), pytest.raises(UnusableInput, match="not sealed yet"):
        audit.make_proof(entry=entry, by=BY)
