"""Finding persons by what a clerk can type. Row security keeps the search inside the reader's territory."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from tongdeng.kernel import ids, names
from tongdeng.kernel.citizen_id import is_valid, upgrade
from tongdeng.people import merges, records

HIGHEST = "\U0010ffff"  # sorts after every character of a name, so `token < query + HIGHEST` ends the prefix range
MOST = 1000  # further hits are not counted: a query that finds more is not a search yet
# What a clerk may type: the name, the name without its surname, its pinyin, its initials; each has an index.
SPOKEN = ('name COLLATE "C"', "given", "pinyin", "initials")
BY_NAME = " UNION ALL ".join(
    f"(SELECT person_id FROM people_identity WHERE {words} >= %s AND {words} < %s LIMIT %s)" for words in SPOKEN
)
COLUMNS = "i.person_id, i.name, i.sex, i.born_on, i.territory, i.is_placed, i.id_sealed, i.claimed_sealed"


@dataclass(frozen=True)
class Found:
    """A person found. The id number is masked; `community` None: no stay is known."""

    person_id: int
    name: str
    sex: str | None
    born_on: date | None
    community: str | None
    masked_number: str


@dataclass(frozen=True)
class Hits:
    """One page of hits. `by` tells how the query was read; `is_cut`: there are more than were counted."""

    by: str  # place, person_id, id_number, phone, name
    people: tuple[Found, ...]
    total: int
    is_cut: bool = False


def search(query: str, today: date, *, limit: int = 50, offset: int = 0) -> Hits:
    """Return whom a query finds: a person id, a full id number, a full phone number, else the beginning of a name."""
    text = query.strip()
    person_id = ids.read(text)
    if person_id is not None:
        return _hits("person_id", "i.person_id = %s", [merges.current(person_id)], limit, offset)
    number = text.upper().replace(" ", "")
    number = upgrade(number) if len(number) == 15 and number.isdecimal() and number.isascii() else number
    if len(number) == 18 and number[:17].isdecimal():
        if is_valid(number, today):
            return _hits("id_number", "i.id_index = ANY(%s)", [records.indexes(records.ID, number)], limit, offset)
        claimed = records.indexes(records.CLAIMED, number)
        return _hits("id_number", "i.claimed_index = ANY(%s)", [claimed], limit, offset)
    digits = text.replace("-", "").replace(" ", "")
    if digits.isdecimal() and digits.isascii():
        keys = [key for one in dict.fromkeys((text, digits)) for key in records.indexes(records.PHONE, one)]
        return _hits("phone", "i.phone_index = ANY(%s)", [keys], limit, offset)
    token = names.tidy(text)
    token = token.lower().replace(" ", "").replace("'", "") if token.isascii() else token
    values = [value for _ in SPOKEN for value in (token, token + HIGHEST, 4 * MOST)]
    return _hits("name", f"i.person_id IN ({BY_NAME})", values, limit, offset)


def people_in(lo: str, hi: str, *, limit: int = 50, offset: int = 0) -> Hits:
    """Return the people of a territory range, by place and name."""
    return _hits("place", "i.territory >= %s AND i.territory < %s", [lo, hi], limit, offset, is_search=False)


def _hits(by: str, condition: str, values: list[object], limit: int, offset: int, *, is_search: bool = True) -> Hits:
    cut = f" LIMIT {MOST + 1}" if is_search else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM people_identity i WHERE {condition}{cut}) hits", values)
        total = cursor.fetchone()[0]
        cursor.execute(
            f"SELECT {COLUMNS} FROM people_identity i WHERE {condition}"
            " ORDER BY i.territory, i.name, i.person_id LIMIT %s OFFSET %s",
            [*values, limit, offset],
        )
        people = tuple(_found(*row) for row in cursor.fetchall())
    is_cut = is_search and total > MOST
    return Hits(by, people, MOST if is_cut else total, is_cut)


def _found(
    person_id: int, name: str, sex: str | None, born_on: date | None, territory: str, is_placed: bool,
    id_sealed: bytes | None, claimed_sealed: bytes | None,
) -> Found:  # fmt: skip
    number = records.unseal_text(id_sealed) or records.unseal_text(claimed_sealed) or ""
    return Found(person_id, name, sex, born_on, territory if is_placed else None, names.mask_id(number))
