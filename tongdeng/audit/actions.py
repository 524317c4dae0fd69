"""`record`: the line every action writes beside what it does. And what is done with the chain of these lines."""

import json
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection, connections, transaction

from tongdeng.audit import evidence, heads, proofs, sealing, verifying
from tongdeng.audit.types import Actor, Verdict, arrival
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput

APPEND = "SELECT audit_append(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
WITNESSED = 100  # seals in a witness file


def record(
    code: str, *, by: Actor, subjects: Iterable[int] = (), detail: Mapping[str, str | int | None] | None = None
) -> None:
    """Append one entry, in the transaction of the act itself: no act without its entry, no entry without its act.

    `code` is package.noun.past-tense. `subjects` are person ids; `detail` holds counts and codes, never personal data,
    and `acted_by` where a resident acted for somebody else.
    """
    concerned = sorted(set(subjects))
    came, whom, more = arrival(), ",".join(map(str, concerned)), dict(detail or {})
    if by.person_id is not None and concerned not in ([], [by.person_id]):
        # Two may speak for one child: without this each reads what the other did as their own.
        more["acted_by"] = by.person_id
    values = [
        clock.now(), code, by.purpose, _text(by.staff_id), _text(by.post_id), by.origin, came.address, came.request,
        f"{{{whom}}}", json.dumps(more, ensure_ascii=False),
    ]  # fmt: skip
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    # Past Django's cursor, which writes the values into the statement: prepared once a connection, an entry costs the
    # client a third and the server two thirds.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(APPEND, values, prepare=True)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def seal_entries() -> int:
    """Seal every entry committed by now and return how many that were. It waits for nobody and makes nobody wait."""
    return sealing.seal_all()


def public_key() -> bytes:
    """Return the key with which anybody can check a seal of this installation."""
    return sealing.signer().public


def verify_chain(*, witness: Mapping[str, Any] | None = None, public: bytes | None = None, by: Actor) -> Verdict:
    """Recompute the whole chain and keep what was found. `witness` is what a witness file holds."""
    expected = {head.number: head.digest} if (head := heads.noted()) else {}
    expected |= proofs.witnessed(witness)[0] if witness is not None else {}
    begun = time.perf_counter()
    found = verifying.verify(public or public_key(), expected)
    fault = json.dumps(found.first.as_json("en")) if found.first else None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_add_check(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                clock.now(), found.entries, found.sealed, found.unsealed, found.seals, found.retired, found.is_ok,
                fault, time.perf_counter() - begun,
            ],
        )  # fmt: skip
    if found.is_ok:
        record("audit.chain.verified", by=by, detail={"entries": found.entries, "seals": found.seals})
    else:
        record("audit.chain.broken", by=by, detail={"faults": found.faults, "first": fault})
    return found


def make_witness(*, by: Actor) -> dict[str, Any]:
    """Return the newest seals for somebody elsewhere to keep."""
    seals = evidence.newest_seals(WITNESSED)
    if not seals:
        raise UnusableInput("audit.chain.empty", Text("还没有任何封存", "nothing is sealed yet"))
    record("audit.witness.made", by=by, detail={"seal": seals[-1][0].number})
    return proofs.witness(seals, public_key())


def make_proof(*, entry: int, by: Actor) -> dict[str, Any]:
    """Return the document by which one entry can be checked alone."""
    made = evidence.proof_of(entry, public_key())
    record("audit.proof.made", by=by, detail={"entry": entry})
    return made


def retire_entries(*, before: datetime, reason: str, by: Actor) -> int:
    """Remove the entries of whole seals older than a day, and return how many. The chain itself tells it was done.

    Only by the maintenance role, only what was kept for its time; the seals stay.
    """
    latest = verifying.retirable_until(clock.now())
    if before > latest:
        raise UnusableInput(
            "audit.retire.early",
            Text(f"操作记录至少保存 {verifying.KEPT_YEARS} 年", f"entries are kept for {verifying.KEPT_YEARS} years"),
            place=before.date().isoformat(),
            remedy=Text(f"最晚只能到 {latest:%Y-%m-%d}", f"the latest possible day is {latest:%Y-%m-%d}"),
        )
    record("audit.retirement.ordered", by=by, detail={"before": before.date().isoformat(), "reason": reason})
    owner = connections["owner"]
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(range_agg(ids::int8multirange), '{}')::text FROM audit_seal WHERE number < ("
            "SELECT coalesce(min(number), 9223372036854775807) FROM audit_seal WHERE sealed_at >= %s)",
            [before],
        )
        ids = cursor.fetchone()[0]
        cursor.execute("SET LOCAL ROLE tongdeng_maintenance")
        cursor.execute(
            "DELETE FROM audit_entry e USING unnest(%s::int8multirange) r WHERE e.id >= lower(r) AND e.id < upper(r)",
            [ids],
        )
        count = int(cursor.rowcount)
        cursor.execute("RESET ROLE")
    return count


def forget_head() -> None:
    """Forget which seal was the newest, because the database is emptied."""
    heads.forget()
