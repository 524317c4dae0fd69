"""Writes of sealed care: rows come in, fall silent with their roll, and speak again. Whoever writes cannot read."""

from collections.abc import Collection, Sequence

from django.db import connection

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.care import seal
from tongdeng.care.types import HealthRow
from tongdeng.kernel import clock

BLOCK = 5_000  # rows a statement


def keep_intake_rows(*, batch_id: int, rows: Sequence[HealthRow], by: Actor) -> int:
    """Store the health columns of a roll's rows, sealed. The caller is in the import's own transaction."""
    at = clock.now()
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO care.intake_row (record_id, row_number, digest, sealed, batch_id, received_at)"
                " SELECT r.*, %s, %s FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[]) AS r",
                [
                    batch_id, at, [row.record_id for row in block], [row.row_number for row in block],
                    [row.digest for row in block], [seal.seal(row.values) for row in block],
                ],
            )  # fmt: skip
    audit.record("care.intake_rows.kept", by=by, detail={"batch": batch_id, "rows": len(rows)})
    return len(rows)


def withdraw_intake_rows(*, records: Collection[int], by: Actor) -> int:
    """Let the rows of these records fall silent, because no roll speaks of them any more."""
    count = _mark("UPDATE care.intake_row SET withdrawn_at = now() WHERE withdrawn_at IS NULL", records)
    audit.record("care.intake_rows.withdrawn", by=by, detail={"rows": count})
    return count


def restore_intake_rows(*, records: Collection[int], by: Actor) -> int:
    """Let the rows of these records speak again, because a roll shows them once more."""
    count = _mark("UPDATE care.intake_row SET withdrawn_at = NULL WHERE withdrawn_at IS NOT NULL", records)
    audit.record("care.intake_rows.restored", by=by, detail={"rows": count})
    return count


def shred_intake_rows(*, records: Collection[int], by: Actor) -> int:
    """Erase what the rows of these records say for good, because the person they are about is deleted."""
    count = _mark("UPDATE care.intake_row SET withdrawn_at = '-infinity' WHERE true", records)
    audit.record("care.intake_rows.shredded", by=by, detail={"rows": count})
    return count


def _mark(statement: str, records: Collection[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} AND record_id = ANY(%s)", [list(records)])
        return int(cursor.rowcount)
