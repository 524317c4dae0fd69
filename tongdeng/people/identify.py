"""Searching before entry: the whole county, for purpose `identify`, and only what tells whether somebody is known.

Only here does anybody at a page get to act for that purpose; the database opens four tables to it and no writing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import connection

from tongdeng.access.selectors import acting
from tongdeng.access.types import IDENTIFY
from tongdeng.audit.types import Actor
from tongdeng.people import newer_keys, records, selectors


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody who bears a key. `name` is empty where every roll that spoke of the person was taken back."""

    person_id: int
    territory: str
    name: str
    has_number: bool


@contextmanager
def county_wide(by: Actor) -> Iterator[Actor]:
    """Let a member of staff look for one person in the whole county; what is found there opens no page."""
    with acting(replace(by, purpose=IDENTIFY)) as looking:
        yield looking


BEARERS = """
SELECT k.key, s.id, s.territory, coalesce(i.name, ''), EXISTS (
           SELECT 1 FROM people_key n WHERE n.person_id = s.id AND n.kind = %(number)s)
FROM people_key k
JOIN people_person p ON p.id = k.person_id
JOIN people_person s ON s.id = coalesce(p.survivor_id, p.id)
LEFT JOIN people_identity i ON i.person_id = s.id
WHERE k.key = ANY(%(keys)s)"""


def bearers(keys: Iterable[bytes]) -> dict[bytes, list[Bearer]]:
    """Return who bears each of these blind keys, merged persons as their survivor. The caller looks county-wide."""
    found: dict[bytes, dict[int, Bearer]] = {}
    forms = newer_keys.forms_of(keys)
    with connection.cursor() as cursor:
        cursor.execute(BEARERS, {"number": records.ID, "keys": list(forms)})
        for key, person, territory, name, has_number in cursor.fetchall():
            found.setdefault(forms[bytes(key)], {})[person] = Bearer(person, territory, name, has_number)
    return {key: list(one.values()) for key, one in found.items()}


def is_resident(number: bytes) -> bool:
    """Tell whether a number's blind key is a registered resident's, who is not in the register."""
    return number in selectors.local_numbers([number])
