"""A person in a few lines, for lists and panels: numbers are masked here, so that no page can forget to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.kernel import names
from tongdeng.people import records


@dataclass(frozen=True, slots=True)
class Card:
    """Who it is, how to reach them, and where they live since when."""

    person_id: int
    territory: str
    name: str
    sex: str | None
    born_on: date | None
    masked_number: str
    masked_phone: str
    address: str
    since: date | None


CARD = """
SELECT i.person_id, i.territory, i.name, i.sex, i.born_on, coalesce(i.id_sealed, i.claimed_sealed), i.phone_sealed,
       coalesce(i.address, ''), stay.starts_on
FROM people_identity i
LEFT JOIN LATERAL (
    SELECT s.starts_on FROM people_stay s
    WHERE s.person_id = i.person_id AND s.community = i.territory AND s.starts_on <= %(on)s
      AND (s.ends_on IS NULL OR s.ends_on > %(on)s)
    ORDER BY s.rank, s.starts_on DESC LIMIT 1
) stay ON true
WHERE i.person_id = %(person)s"""


def _masked(number: memoryview | None, phone: memoryview | None) -> tuple[str, str]:
    return (
        names.mask_id(records.unseal_text(number) or ""),
        names.mask_phone(records.unseal_text(phone) or ""),
    )


def card_of(person_id: int, on: date) -> Card | None:
    """Return one person's card as of a day, or None when the reader may not see the person."""
    with connection.cursor() as cursor:
        cursor.execute(CARD, {"person": person_id, "on": on})
        row = cursor.fetchone()
    if row is None:
        return None
    person, territory, name, sex, born_on, number, phone, address, since = row
    return Card(person, territory, name, sex, born_on, *_masked(number, phone), address, since)


def phone_of(person_id: int) -> str | None:
    """Return one person's whole phone number, for an act that writes down why it was shown."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone_sealed FROM people_identity WHERE person_id = %s", [person_id])
        row = cursor.fetchone()
    return records.unseal_text(row[0]) if row else None


def masked_numbers(persons: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the masked id number and phone of each of these persons."""
    bulk.values("stage_masked", "person_id", "bigint", set(persons))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.person_id, coalesce(i.id_sealed, i.claimed_sealed), i.phone_sealed"
            " FROM people_identity i JOIN stage_masked USING (person_id)"
        )
        found = {person: _masked(number, phone) for person, number, phone in cursor.fetchall()}
    bulk.drop("stage_masked")
    return found
