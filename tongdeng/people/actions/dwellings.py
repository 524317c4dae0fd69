"""Dwellings: what records say of them, with a stable id for each; inspections and tenants entered on their pages.

A dwelling states what its newest live statement says, column by column, and its last inspection. The order in which
rolls arrive makes no difference.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction

from tongdeng.access.exports import bulk
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.people import dwellings, records, staging
from tongdeng.people.actions.store import open_entry, store_records, take_back_entry
from tongdeng.people.lines import DWELLING, dwelling_said
from tongdeng.people.models import Batch, Dwelling, DwellingStatement, Tenancy
from tongdeng.people.types import NewRecord

SOURCE = "housing"  # an entry states the same as a row of the housing roll, and is one spell with it
SAID = (
    "address", "kind", "area", "landlord_name", "landlord_phone_sealed", "inspected_on", "inspection_result", "to_mend",
    "next_due_on",
)  # fmt: skip

# Two imports at one moment must not make one dwelling twice.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('people.dwelling'))"
MAKE = """
INSERT INTO people_dwelling (territory, address_key, address)
SELECT DISTINCT ON (h.territory, h.address_key) h.territory, h.address_key, h.address FROM stage_home h
WHERE NOT EXISTS (
    SELECT 1 FROM people_dwelling d WHERE d.territory = h.territory AND d.address_key = h.address_key)
ORDER BY h.territory, h.address_key, h.record_id"""
FIND = """
CREATE TEMP TABLE stage_found ON COMMIT DROP AS
SELECT h.territory, h.address_key, min(d.id) AS dwelling_id
FROM (SELECT DISTINCT territory, address_key FROM stage_home) h
JOIN people_dwelling d ON d.territory = h.territory AND d.address_key = h.address_key
GROUP BY h.territory, h.address_key"""
STATE = f"""
INSERT INTO people_dwelling_statement (record_id, dwelling_id, territory, as_at, recorded_at, {", ".join(SAID)})
SELECT h.record_id, f.dwelling_id, h.territory, r.as_at, r.recorded_at, {", ".join(f"h.{column}" for column in SAID)}
FROM stage_home h JOIN stage_found f USING (territory, address_key) JOIN people_record r ON r.id = h.record_id
ON CONFLICT (record_id) DO NOTHING"""
AGE = """
UPDATE people_dwelling_statement s SET as_at = r.as_at FROM stage_told t JOIN people_record r ON r.id = t.record_id
WHERE s.record_id = t.record_id AND s.as_at <> r.as_at"""


def _newest(column: str, order: str = "n") -> str:
    return f"(array_agg({column} ORDER BY {order}) FILTER (WHERE {column} IS NOT NULL))[1] AS {column}"


def _of_last_inspection(column: str) -> str:
    order = "inspected_on DESC, n"
    return f"(array_agg({column} ORDER BY {order}) FILTER (WHERE inspected_on IS NOT NULL))[1] AS {column}"


KEPT = ("kind", "area", "landlord_name", "landlord_phone_sealed")
LAST = ("inspected_on", "inspection_result", "next_due_on")
SETTLE = f"""
WITH told AS (
    SELECT s.*, row_number() OVER (
        PARTITION BY s.dwelling_id ORDER BY s.as_at DESC, s.recorded_at DESC, s.record_id DESC) AS n
    FROM stage_dwelling t JOIN people_dwelling_statement s USING (dwelling_id)
), now AS (
    SELECT t.dwelling_id, said.* FROM stage_dwelling t LEFT JOIN (
        SELECT dwelling_id AS id, min(record_id) FILTER (WHERE n = 1) AS record_id,
               min(address) FILTER (WHERE n = 1) AS address, {", ".join(map(_newest, KEPT))},
               {", ".join(map(_of_last_inspection, LAST))}
        FROM told GROUP BY dwelling_id) AS said ON said.id = t.dwelling_id
)
UPDATE people_dwelling d SET record_id = now.record_id, address = coalesce(now.address, d.address),
       {", ".join(f"{column} = now.{column}" for column in (*KEPT, *LAST))}
FROM now WHERE d.id = now.dwelling_id"""


def store_dwellings(*, by: Actor) -> int:
    """Store what the records in `stage_stated` say of dwellings. Returns how many there were."""
    own = ", ".join(f"d.own_{name} AS {name}" for name, _ in staging.own_columns(DWELLING))
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE stage_home ON COMMIT DROP AS SELECT s.record_id, {own}"
            " FROM stage_stated s JOIN stage_said d USING (position)"
        )
        # What a newer roll shows once more may be the newest now.
        cursor.execute("SELECT record_id FROM stage_seen")
        again = [row[0] for row in cursor.fetchall()]
    count = _store_homes(again)
    audit.record("people.dwellings.stored", by=by, detail={"dwellings": count})
    return count


def _store_homes(again: Iterable[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute("ANALYZE stage_home")
        cursor.execute(MAKE)
        cursor.execute(FIND)
        cursor.execute(STATE)
        cursor.execute("SELECT count(*) FROM stage_home")
        count = int(cursor.fetchone()[0])
        cursor.execute("SELECT DISTINCT dwelling_id FROM stage_found")
        touched = {row[0] for row in cursor.fetchall()}
    bulk.drop("stage_home", "stage_found")
    _settle(touched | _told_by(again))
    return count


def _told_by(records: Iterable[int]) -> set[int]:
    """Return the dwellings that these records speak of, with what they say as old as the records are now."""
    listed = list(records)
    if not listed:
        return set()
    bulk.values("stage_told", "record_id", "bigint", listed)
    with connection.cursor() as cursor:
        cursor.execute(AGE)
        cursor.execute("SELECT DISTINCT dwelling_id FROM people_dwelling_statement JOIN stage_told USING (record_id)")
        found = {row[0] for row in cursor.fetchall()}
    bulk.drop("stage_told")
    return found


def _settle(dwellings: Iterable[int]) -> None:
    """Let these dwellings say what their live statements say now."""
    bulk.values("stage_dwelling", "dwelling_id", "bigint", dwellings)
    with connection.cursor() as cursor:
        cursor.execute(SETTLE)
    bulk.drop("stage_dwelling")


def forget_statements(*, records: Iterable[int], by: Actor, aged: Iterable[int] = ()) -> int:
    """Remove what records said that are silent now; `aged` still speak, but of an earlier day. Returns how many."""
    gone = list(records)
    touched = _told_by([*gone, *aged])
    bulk.values("stage_gone", "record_id", "bigint", gone)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_dwelling_statement s USING stage_gone g WHERE s.record_id = g.record_id")
        count = int(cursor.rowcount)
    bulk.drop("stage_gone")
    _settle(touched)
    audit.record("people.dwellings.forgotten", by=by, detail={"statements": count})
    return count


# ---- entries made on a dwelling's page ----


def _enter(home: Dwelling, values: Mapping[str, Any], by: Actor, *, person_id: int | None, territory: str) -> int:
    """Store one statement about a dwelling as a source record, and return the record's id."""
    digest = records.random_digest()
    batch = open_entry(source=SOURCE, digest=digest, by=by)
    said = {key: value for key, value in values.items() if value is not None}
    leased = said.get("leased_from")
    new = NewRecord(
        source=SOURCE, digest=digest, values=said, domain="B", as_at=clock.today(),
        row_on=date.fromisoformat(leased) if leased else None, row_number=1, person_id=person_id, is_new_person=False,
        method="entry",
    )  # fmt: skip
    (record,) = store_records(batch_id=batch, new=[new], by=by, territory=territory)
    columns = dict(zip(SAID, dwelling_said(said), strict=True))
    DwellingStatement.objects.create(
        record_id=record, dwelling_id=home.pk, territory=home.territory, as_at=clock.today(), recorded_at=clock.now(),
        staff_id=by.staff_id, **columns,
    )  # fmt: skip
    _settle([home.pk])
    return record


@transaction.atomic
def record_inspection(
    *, dwelling_id: int, inspected_on: date, result: str, to_mend: str | None, next_due_on: date | None, by: Actor
) -> int | None:
    """Record a safety inspection and return the record's id; None where the post may not see the dwelling."""
    home = dwellings.find_home(dwelling_id)
    record = None
    if home is not None:
        values = {
            "address": home.address, "community_code": home.territory, "inspected_on": inspected_on.isoformat(),
            "inspection_result": result, "to_mend": to_mend,
            "next_due_on": next_due_on.isoformat() if next_due_on else None,
        }  # fmt: skip
        record = _enter(home, values, by, person_id=None, territory=home.territory)
    audit.record("people.dwelling.inspected", by=by, detail={"dwelling": dwelling_id, "record": record})
    return record


@transaction.atomic
def end_tenancy(*, dwelling_id: int, record_id: int, ended_on: date, by: Actor) -> tuple[int, int] | None:
    """Record that a tenancy ended, as its own record states it, and return (record, batch).

    None where there is no such open tenancy in sight. The tenant's profile is resolved by a job: the tenant may
    have moved out of the sight of this post.
    """
    home, tenancy = dwellings.find_home(dwelling_id), dwellings.find_tenancy(dwelling_id, record_id, clock.today())
    if home is None or tenancy is None:
        audit.record("people.tenancy.not_ended", by=by, detail={"dwelling": dwelling_id, "record": record_id})
        return None
    said = {**tenancy.said, "leased_until": ended_on.isoformat()}
    for key in ("inspected_on", "inspection_result", "to_mend", "next_due_on"):
        said.pop(key, None)  # the inspection stays the earlier row's
    record = _enter(home, said, by, person_id=tenancy.person_id, territory=tenancy.territory)
    # At once for whoever looks now; the job that resolves the tenant writes the same again.
    Tenancy.objects.filter(record_id=record_id).update(record_id=record, ends_on=ended_on)
    audit.record(
        "people.tenancy.ended", by=by, subjects=[tenancy.person_id], detail={"dwelling": dwelling_id, "record": record}
    )
    return record, dwellings.batch_of(record)


@transaction.atomic
def take_back_statement(*, record_id: int, by: Actor) -> tuple[int, int] | None:
    """Undo one entry of one's own on a dwelling's page; returns (dwelling, batch), None where there is nothing."""
    found = DwellingStatement.objects.filter(record_id=record_id, staff_id=by.staff_id).first()
    batch = dwellings.batch_of(record_id) if found else 0
    is_own = bool(found) and Batch.objects.filter(pk=batch, file_name="", staff_id=by.staff_id).exists()
    if found is None or not is_own:
        audit.record("people.dwelling.not_taken_back", by=by, detail={"record": record_id})
        return None
    take_back_entry(record_id=record_id, by=by)
    forget_statements(records=[record_id], by=by)
    audit.record("people.dwelling.taken_back", by=by, detail={"record": record_id, "dwelling": found.dwelling_id})
    return int(found.dwelling_id), batch
