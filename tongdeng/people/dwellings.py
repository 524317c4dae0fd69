"""Reads of dwellings. Row security decides which; the rule of inspections is law/dwellings.toml."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from tongdeng.kernel import names
from tongdeng.kernel.errors import Text
from tongdeng.org.types import territory_of
from tongdeng.people import records
from tongdeng.people.models import Dwelling

PAGE = 50
STATES = ("never", "overdue", "soon", "mend", "let", "vacant")


@dataclass(frozen=True)
class Rule:
    """How often a let dwelling is inspected."""

    every_months: int
    every_months_of: dict[str, int]
    first_within_days: int
    mend_days: int
    remind_days: int
    basis: tuple[Text, ...]


@lru_cache(maxsize=1)
def _law() -> dict[str, Any]:
    return tomllib.loads((settings.TONGDENG_LAW / "dwellings.toml").read_text(encoding="utf-8"))


def _basis(lines: list[dict[str, str]]) -> tuple[Text, ...]:
    return tuple(Text(one["zh"], one["en"]) for one in lines)


def inspection_rule() -> Rule:
    """Return the county's rule of inspections."""
    said = _law()["inspection"]
    return Rule(
        said["every_months"], dict(said["every_months_of"]), said["first_within_days"], said["mend_days"],
        said["remind_days"], _basis(said["basis"]),
    )  # fmt: skip


def declaration_basis() -> tuple[int, tuple[Text, ...]]:
    """Return within how many days a landlord declares a tenancy, and by which law."""
    said = _law()["declaration"]
    return int(said["within_days"]), _basis(said["basis"])


@dataclass(frozen=True)
class Home:
    """A dwelling with what follows from the rule today.

    `state` is never (overdue, and nobody has looked yet), overdue, soon, or ok; `vacant` where no open tenancy is in
    sight.
    """

    dwelling_id: int
    territory: str
    address: str
    kind: str | None
    area: str | None
    landlord: str | None
    landlord_phone: str
    inspected_on: date | None
    result: str | None
    due_on: date | None
    tenants: int
    state: str

    @property
    def is_let(self) -> bool:
        """Tell whether an open tenancy is in sight."""
        return self.tenants > 0


@dataclass(frozen=True)
class Wanted:
    """Which dwellings of a place; `state` is empty, `late` (never and overdue), soon, mend, let or vacant."""

    place: str
    on: date
    state: str = ""
    page: int | None = 0  # None: all of them


def _due(rule: Rule) -> str:
    kinds = " ".join(f"WHEN '{kind}' THEN {int(months)}" for kind, months in sorted(rule.every_months_of.items()))
    return (
        f"coalesce(d.next_due_on, CASE WHEN d.inspected_on IS NULL THEN o.since + {int(rule.first_within_days)}"
        " WHEN d.inspection_result IN ('repair', 'failed')"
        f" THEN d.inspected_on + {int(rule.mend_days)} ELSE (d.inspected_on + make_interval(months => CASE d.kind"
        f" {kinds or 'WHEN NULL THEN 0'} ELSE {int(rule.every_months)} END))::date END)"
    )


HOMES = """
WITH open_tenancy AS (
    SELECT s.dwelling_id, count(DISTINCT t.person_id) AS tenants, min(t.starts_on) AS since
    FROM people_tenancy t JOIN people_dwelling_statement s ON s.record_id = t.record_id
    WHERE t.starts_on <= %(on)s AND (t.ends_on IS NULL OR t.ends_on > %(on)s) AND {where_said}
    GROUP BY s.dwelling_id
), home AS (
    SELECT d.*, {due} AS due_on, coalesce(o.tenants, 0) AS tenants
    FROM people_dwelling d LEFT JOIN open_tenancy o ON o.dwelling_id = d.id
    WHERE d.record_id IS NOT NULL AND {where}
), judged AS (
    SELECT *, CASE WHEN tenants = 0 THEN 'vacant'
                   WHEN due_on < %(on)s AND inspected_on IS NULL THEN 'never'
                   WHEN due_on < %(on)s THEN 'overdue' WHEN due_on <= %(on)s + {remind} THEN 'soon'
                   ELSE 'ok' END AS state
    FROM home
)"""
CHOSEN = {
    "": "true",
    "late": "state IN ('never', 'overdue')",
    "soon": "state = 'soon'",
    "mend": "inspection_result IN ('repair', 'failed')",
    "let": "tenants > 0",
    "vacant": "tenants = 0",
}
COLUMNS = (
    "id, territory, address, kind, area, landlord_name, landlord_phone_sealed, inspected_on, inspection_result, due_on,"
    " tenants, state"
)
ORDER = (
    "CASE state WHEN 'overdue' THEN 0 WHEN 'never' THEN 0 WHEN 'soon' THEN 1 WHEN 'ok' THEN 2 ELSE 3 END,"
    " due_on NULLS FIRST, territory, address, id"
)


def _homes(rule: Rule, where: str, where_said: str) -> str:
    return HOMES.format(due=_due(rule), where=where, where_said=where_said, remind=int(rule.remind_days))


def _in_place(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    lo, hi = territory_of(wanted.place)
    within = "{0}.territory >= %(lo)s AND {0}.territory < %(hi)s"
    sql = _homes(inspection_rule(), within.format("d"), within.format("s"))
    return sql, {"on": wanted.on, "lo": lo, "hi": hi}


def _home(row: tuple[Any, ...]) -> Home:
    phone = names.mask_phone(records.unseal_text(row[6]) or "")
    return Home(*row[:6], phone, *row[7:])


def listed(wanted: Wanted) -> list[Home]:
    """Return the dwellings of a place, those whose inspection is overdue first."""
    sql, values = _in_place(wanted)
    values |= {"size": PAGE, "first": (wanted.page or 0) * PAGE}
    page = "" if wanted.page is None else " LIMIT %(size)s OFFSET %(first)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} SELECT {COLUMNS} FROM judged WHERE {CHOSEN[wanted.state]} ORDER BY {ORDER}{page}", values
        )
        return [_home(row) for row in cursor.fetchall()]


def counts(wanted: Wanted) -> dict[str, int]:
    """Return how many dwellings of the place each choice of `state` would list."""
    sql, values = _in_place(wanted)
    sums = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in CHOSEN.values())
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} SELECT {sums} FROM judged", values)
        return dict(zip(CHOSEN, cursor.fetchone(), strict=True))


def find(dwelling_id: int, on: date) -> Home | None:
    """Return one dwelling, or None where there is none in sight."""
    sql = _homes(inspection_rule(), "d.id = %(id)s", "s.dwelling_id = %(id)s")
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} SELECT {COLUMNS} FROM judged", {"on": on, "id": dwelling_id})
        row = cursor.fetchone()
    return _home(row) if row else None


@dataclass(frozen=True)
class Lease:
    """A tenancy as stated: who, masked, and from when to when. `record_id` is the statement that says so now."""

    record_id: int
    person_id: int
    tenant: str
    number: str
    starts_on: date
    ends_on: date | None
    is_entry: bool


def mask_name(name: str) -> str:
    """Return `赵**` for `赵春梅`: enough for whoever knows the tenant, nothing for anybody else."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def leases(dwelling_id: int) -> list[Lease]:
    """Return the tenancies of a dwelling in sight, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.record_id, t.person_id, i.name, i.id_sealed, i.claimed_sealed, t.starts_on, t.ends_on,"
            " s.staff_id IS NOT NULL FROM people_dwelling_statement s"
            " JOIN people_tenancy t ON t.record_id = s.record_id"
            " JOIN people_identity i ON i.person_id = t.person_id WHERE s.dwelling_id = %s"
            " ORDER BY t.ends_on IS NOT NULL, t.starts_on DESC, t.record_id DESC",
            [dwelling_id],
        )
        rows = cursor.fetchall()
    return [
        Lease(
            record, person, mask_name(name),
            names.mask_id(records.unseal_text(number) or records.unseal_text(claimed) or ""), starts, ends, is_entry,
        )
        for record, person, name, number, claimed, starts, ends, is_entry in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class Inspection:
    """One safety inspection; `staff_id` and `record_id` of whoever entered it on a page, else of a roll."""

    record_id: int
    inspected_on: date
    result: str | None
    to_mend: str | None
    next_due_on: date | None
    staff_id: int | None


def inspections(dwelling_id: int) -> list[Inspection]:
    """Return the inspections of a dwelling, the newest first; rows of several tenants that tell of one are one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (inspected_on, inspection_result, coalesce(to_mend, '')) record_id, inspected_on,"
            " inspection_result, to_mend, next_due_on, staff_id FROM people_dwelling_statement"
            " WHERE dwelling_id = %s AND inspected_on IS NOT NULL"
            " ORDER BY inspected_on DESC, inspection_result, coalesce(to_mend, ''), staff_id NULLS LAST,"
            " record_id DESC",
            [dwelling_id],
        )
        return [Inspection(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class OpenTenancy:
    """What ends with a tenancy: the tenant, where their records lie, and what the record says."""

    person_id: int
    territory: str
    said: dict[str, Any]


def find_home(dwelling_id: int) -> Dwelling | None:
    """Return the dwelling's row, if it is in sight and anything still speaks of it."""
    return Dwelling.objects.filter(pk=dwelling_id, record_id__isnull=False).first()


def find_tenancy(dwelling_id: int, record_id: int, on: date) -> OpenTenancy | None:
    """Return a tenancy of a dwelling that is open on a day, by the record that states it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.person_id, r.territory, r.sealed, r.domain FROM people_dwelling_statement s"
            " JOIN people_tenancy t ON t.record_id = s.record_id JOIN people_record r ON r.id = s.record_id"
            " WHERE s.dwelling_id = %s AND s.record_id = %s AND (t.ends_on IS NULL OR t.ends_on > %s)",
            [dwelling_id, record_id, on],
        )
        row = cursor.fetchone()
    return OpenTenancy(row[0], row[1], records.unseal(row[2], row[3])) if row else None


def batch_of(record_id: int) -> int:
    """Return the batch in which an entry's record was first seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(batch_id) FROM people_sighting WHERE record_id = %s", [record_id])
        return int(cursor.fetchone()[0] or 0)


def persons_of(batch_id: int) -> list[int]:
    """Return the persons whom the records of a batch are linked to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT l.person_id FROM people_sighting s JOIN people_link l ON l.record_id = s.record_id"
            " WHERE s.batch_id = %s AND l.superseded_at IS NULL",
            [batch_id],
        )
        return [row[0] for row in cursor.fetchall()]
