"""What the database itself finds out: whose rows somebody at /my/ may read, and who has a phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from tongdeng.people.exports import records, sources
from tongdeng.privacy.types import Own


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody whose record carries a phone, with what proves that it is they who hold it now."""

    person_id: int
    number_end: str  # the last four of the id number; empty: none is known
    born_on: date | None


def bearers(phone: str) -> list[Bearer]:
    """Return who carries a phone. Only on the way in: the database tells nobody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM privacy_bearers(%s)", [records.indexes(records.PHONE, phone)])
        return [
            Bearer(person, (records.unseal_text(number) or "")[-4:], born_on)
            for person, number, born_on in cursor.fetchall()
        ]


def proven(found: Iterable[Bearer], number_end: str, born_on: date | None) -> int | None:
    """Return the one person that a second fact picks out; None where it fits nobody, or more than one.

    Whoever has a number proves it by its end. A birth date alone is for those without, and narrows what is left.
    """
    end = number_end.strip().upper()
    fitting = [
        one.person_id
        for one in found
        if (one.number_end == end if one.number_end else born_on is not None and one.born_on == born_on)
        and (born_on is None or one.born_on == born_on)
    ]
    return fitting[0] if len(fitting) == 1 else None


def demo_person() -> int | None:
    """Return the invented person behind the demo's resident; None where this is no demo."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT privacy_demo_person()")
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else None


def own_persons() -> list[Own]:
    """Return whom the resident of this transaction may speak for, themselves first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.person_id, i.name, i.born_on, i.territory, i.person_id = me.id FROM people_identity i,"
            " (SELECT coalesce(p.survivor_id, p.id) AS id FROM people_person p"
            "   WHERE p.id = (SELECT (access_scope()).person)) me"
            " WHERE i.person_id = ANY ((SELECT privacy_own())::bigint[]) ORDER BY 5 DESC, i.born_on DESC"
        )
        return [Own(*row) for row in cursor.fetchall()]


def bearers_known_to_job(phone: str) -> list[int]:
    """Return who carries a phone, for the job that sends a code: its own reach shows the whole register."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.person_id FROM people_identity i JOIN people_person p ON p.id = i.person_id"
            " WHERE i.phone_index = ANY(%s) AND p.survivor_id IS NULL AND p.retired_at IS NULL",
            [records.indexes(records.PHONE, phone)],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def sealed_records(person_id: int) -> int:
    """Return how many records of sealed care there are about somebody, and nothing more of them."""
    quiet = [one.name for one in sources.known().values() if one.shown_to]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM people_link l JOIN people_record r ON r.id = l.record_id"
            " WHERE l.person_id = %s AND l.superseded_at IS NULL AND r.superseded_at IS NULL AND r.source = ANY(%s)",
            [person_id, quiet],
        )
        return int(cursor.fetchone()[0])
