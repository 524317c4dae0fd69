"""Each kind of tampering, by the owner's own SQL, is found and named; the untampered chain beside it holds."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from tests.databases import copy, logged_in_as, owner_here, shell
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Verdict, command
from tongdeng.kernel.signing import SoftwareSigner

pytestmark = pytest.mark.usefixtures("database")
KEEP = f"{settings.TEST_DATABASE}_sound"
GUARDS_OFF = "ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_seal DISABLE TRIGGER USER; "
BY = command("serve")


def write(count: int, code: str = "people.person.viewed") -> None:
    for number in range(count):
        audit.record(code, by=BY, subjects=[number + 1], detail={"service": "HRS-02"})


def check(**options: object) -> Verdict:
    with logged_in_as("job"):
        return audit.verify_chain(by=BY, **options)


def seal() -> int:
    with logged_in_as("job"):
        return audit.seal_entries()


def forget_head() -> None:
    with logged_in_as("job"):
        audit.forget_head()


@pytest.fixture(scope="module")
def sound(database: str) -> Iterator[list[int]]:
    """Three seals over known entries, kept aside to be tampered with again and again; returns some entries' ids."""
    for _ in range(3):
        write(7)
        seal()
    with owner_here() as owner:
        ids = [row[0] for row in owner.execute("SELECT id FROM audit_entry ORDER BY id").fetchall()]
    connections.close_all()
    copy(settings.TEST_DATABASE, KEEP)
    yield ids
    with shell() as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {KEEP}")


@pytest.fixture
def tamper(sound: list[int]) -> Iterator[object]:
    """Run the owner's SQL on the sound chain, which is there again for the next test."""
    connections.close_all()
    copy(KEEP, settings.TEST_DATABASE)

    def run(statement: str, *values: object) -> Verdict:
        with owner_here() as owner:
            owner.execute(GUARDS_OFF)
            owner.execute(statement, values)
        return check()

    return run


def test_the_untampered_chain_holds(sound, tamper):
    found = tamper("SELECT 1")
    assert found.is_ok
    assert found.first is None
    assert (found.seals, found.sealed, found.unsealed) == (3, found.entries, 0)
    assert found.entries == len(sound)


CHANGES = {
    "code": "UPDATE audit_entry SET code = 'people.search.made' WHERE id = %s",
    "instant": "UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE id = %s",
    "purpose": "UPDATE audit_entry SET purpose = 'callback' WHERE id = %s",
    "staff": "UPDATE audit_entry SET staff_id = 7 WHERE id = %s",
    "post": "UPDATE audit_entry SET post_id = 7 WHERE id = %s",
    "origin": "UPDATE audit_entry SET origin = 'web' WHERE id = %s",
    "address": "UPDATE audit_entry SET address = '192.0.2.1' WHERE id = %s",
    "request": "UPDATE audit_entry SET request = 'x' WHERE id = %s",
    "subjects": "UPDATE audit_entry SET subjects = '{}' WHERE id = %s",
    "a null among the subjects": "UPDATE audit_entry SET subjects = subjects || NULL::bigint WHERE id = %s",
    "detail": """UPDATE audit_entry SET detail = '{"service": "HRS-03"}' WHERE id = %s""",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_entry_is_named_with_its_code(sound, tamper, column):
    found = tamper(CHANGES[column], sound[-10])
    code = "people.search.made" if column == "code" else "people.person.viewed"
    assert found.first is not None
    assert (found.first.kind, found.first.entry, found.first.code, found.faults) == ("changed", sound[-10], code, 1)


def test_of_several_changed_entries_the_first_is_named(sound, tamper):
    found = tamper("UPDATE audit_entry SET origin = 'web' WHERE id = ANY(%s)", [sound[-3], sound[-12]])
    assert (found.first.entry, found.faults) == (sound[-12], 2)


def test_a_removed_entry_is_named(sound, tamper):
    found = tamper("DELETE FROM audit_entry WHERE id = %s", sound[-10])
    assert (found.first.kind, found.first.entry, found.faults) == ("removed", sound[-10], 1)


def test_all_entries_of_a_seal_removed_are_found(sound, tamper):
    found = tamper("DELETE FROM audit_entry WHERE id <= %s", sound[-15])
    assert (found.first.kind, found.first.entry) == ("removed", sound[0])


def test_an_inserted_entry_is_named_and_no_later_seal_takes_it_in(sound, tamper):
    gap = (
        "INSERT INTO audit_entry (id, at, code, purpose, origin, address, request, subjects, detail)"
        " SELECT %s, at, code, purpose, origin, '', '', '{}', '{}' FROM audit_entry LIMIT 1"
    )
    assert tamper(gap, 0).first.kind == "inserted"
    write(1)
    assert seal() == 2  # the one above, and the entry of the check
    found = check()
    assert (found.first.kind, found.first.entry) == ("inserted", 0)


def test_two_exchanged_entries_are_found(sound, tamper):
    found = tamper(
        "UPDATE audit_entry a SET (at, code, subjects, detail) = (SELECT at, code, subjects, detail FROM audit_entry b"
        " WHERE b.id = %s + %s - a.id) WHERE id IN (%s, %s)",
        sound[-10], sound[-9], sound[-10], sound[-9],
    )  # fmt: skip
    assert (found.first.kind, found.first.entry, found.faults) == ("changed", sound[-10], 2)


def test_an_entry_changed_together_with_the_prints_is_found_in_its_seal(sound, tamper):
    found = tamper(
        "WITH a AS (UPDATE audit_entry SET origin = 'web' WHERE id = %s)"
        " UPDATE audit_seal SET prints = substr(prints, 1, length(prints) - 8) || '\\x0102030405060708'"
        " WHERE number = 2",
        sound[-9],
    )
    assert found.first.seal == 2


SEALS = {
    "UPDATE audit_seal SET root = sha256(root) WHERE number = 2": "seal_unsigned",
    "UPDATE audit_seal SET sealed_at = sealed_at - interval '1 day' WHERE number = 2": "seal_unsigned",
    "UPDATE audit_seal SET holes = '{[1,2)}' WHERE number = 2": "seal_unsigned",
    "UPDATE audit_seal SET signature = set_byte(signature, 5, 1 # get_byte(signature, 5)) WHERE number = 2":
        "seal_unsigned",
    "DELETE FROM audit_seal WHERE number = 2": "seal_missing",
    "DELETE FROM audit_seal WHERE number = 1": "seal_missing",
    "UPDATE audit_seal SET number = CASE number WHEN 2 THEN 30 ELSE 2 END WHERE number IN (2, 3);"
    "UPDATE audit_seal SET number = 3 WHERE number = 30": "seal_unchained",
}  # fmt: skip


@pytest.mark.parametrize("statement", SEALS)
def test_a_changed_removed_or_reordered_seal_is_named(sound, tamper, statement):
    found = tamper(statement)
    assert (found.first.kind, found.first.seal) == (SEALS[statement], 1 if "number = 1" in statement else 2)
    assert found.first.entry is None


def test_a_shortened_chain_is_found_by_what_was_noted_outside_the_database(sound, tamper):
    write(1)
    seal()
    found = tamper("DELETE FROM audit_seal WHERE number > 2; DELETE FROM audit_entry WHERE id > " + str(sound[-8]))
    assert (found.first.kind, found.first.seal) == ("seals_cut", 3)
    forget_head()
    assert check().is_ok  # guards the line above: without the note the shorter chain looks whole


def test_a_chain_signed_anew_is_found_by_a_witness_only(sound, tamper):
    with logged_in_as("job"):
        kept = audit.make_witness(by=BY)
    kept = json.loads(json.dumps(kept))
    assert check(witness=kept).is_ok
    # Whoever holds the key outside the database as well can write another past and seal it as if it had been so.
    tamper("UPDATE audit_entry SET origin = 'web' WHERE id = %s", sound[-10])
    with owner_here() as owner:
        owner.execute(GUARDS_OFF + "DELETE FROM audit_seal")
    forget_head()
    seal()
    assert check().is_ok  # guards the line below: the chain alone cannot tell
    found = check(witness=kept)
    assert found.first.kind in {"seal_replaced", "seals_cut"}


def test_a_chain_signed_with_another_key_is_found(sound, tamper):
    assert check(public=SoftwareSigner(bytes(32)).public).first.kind == "seal_unsigned"
    assert check().is_ok


@pytest.mark.parametrize("statement", [
    "UPDATE audit_entry SET code = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry",
    "UPDATE audit_seal SET entries = 0", "DELETE FROM audit_seal", "TRUNCATE audit_seal",
])  # fmt: skip
def test_even_the_owner_must_first_switch_the_guards_off(sound, statement):
    with owner_here() as owner, pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        owner.execute(statement)


def test_the_folder_of_heads_is_closed_to_others(sound):
    seal()
    folder = Path(settings.TONGDENG_HEADS)
    assert folder.stat().st_mode & 0o077 == 0
    assert {file.stat().st_mode & 0o077 for file in folder.iterdir()} == {0}
