"""Who lives together: the persons whom the newest word from the door names as one household."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

MOST_MEMBERS = 500  # more than any form holds; what an entry says of stays comes behind
MEMBERS = """
WITH newest AS (
    SELECT DISTINCT ON (h.person_id) h.person_id, h.household, h.relation, h.said_on FROM people_household h
    WHERE h.person_id IN (
        SELECT o.person_id FROM people_household o
        WHERE o.household IN (SELECT m.household FROM people_household m WHERE m.person_id = %(person)s))
    ORDER BY h.person_id, h.said_on DESC, h.record_id DESC
)
SELECT n.person_id, i.name, i.born_on, n.relation, n.said_on FROM newest n JOIN people_identity i USING (person_id)
WHERE n.household = (SELECT household FROM newest WHERE person_id = %(person)s)
ORDER BY n.relation IS DISTINCT FROM 'self', i.born_on, n.person_id"""

OWN_WORD = 14  # years, from which nobody else reads or acts for somebody at /my/: 个人信息保护法 §31


def is_ward(born_on: date, today: date) -> bool:
    """Tell whether somebody is so young that a guardian reads and acts for them at /my/."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day)) < OWN_WORD


@dataclass(frozen=True, slots=True)
class Member:
    """One of a household, by the relation to its head."""

    person_id: int
    name: str
    born_on: date | None
    relation: str | None
    said_on: date


def household_of(person_id: int) -> list[Member]:
    """Return the household somebody lives in, the head first; empty where nobody asked at the door."""
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, {"person": person_id})
        return [Member(*row) for row in cursor.fetchall()]


def persons_of_entry(batch_id: int) -> dict[int, int]:
    """Return the persons of one entry at the door by their position in it; words about other stays are no members."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.row_number - 1, l.person_id FROM people_sighting s JOIN people_link l USING (record_id)"
            " WHERE s.batch_id = %s AND s.withdrawn_at IS NULL AND l.superseded_at IS NULL AND s.row_number <= %s",
            [batch_id, MOST_MEMBERS],
        )
        return {int(at): int(person) for at, person in cursor.fetchall()}
